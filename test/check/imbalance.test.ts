import assert from 'node:assert/strict';
import test from 'node:test';
import { findImbalance } from '../../src/check/imbalance.ts';

const counted = (...counts: number[]) => ({
  labels: counts.map((_, label) => `label${label}`),
  targets: Uint16Array.from(counts.flatMap((count, label) => Array<number>(count).fill(label))),
});

test('when labels have about as many images each then nothing is said', () => {
  assert.deepEqual(findImbalance(counted(20, 30, 59)), []);
});

test('when one has three times as many as another then it is a note, ten times a warning', () => {
  const [note] = findImbalance(counted(10, 30));
  assert.equal(note.severity, 'note');
  assert.match(
    note.sentence,
    /^30 images of label1 and 10 of label0: .* right for 75\.0% of images$/,
  );
  assert.equal(note.value, 0.75);
  assert.equal(findImbalance(counted(10, 100))[0].severity, 'warning');
});
