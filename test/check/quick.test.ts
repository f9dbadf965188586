import assert from 'node:assert/strict';
import test from 'node:test';
import { quickFindings, warningLines } from '../../src/check/quick.ts';

const rows = [...Array(40).keys()];
const input = {
  labels: ['a', 'b'],
  files: rows.map((row) => ({ path: `${row}`, label: row % 2 ? 'b' : 'a', sha256: `${row}` })),
  targets: Uint16Array.from(rows, (row) => row % 2),
  units: rows,
  sets: rows.map(() => 'training' as const),
  properties: {
    rows: 40,
    columns: 5,
    data: Float32Array.from(rows.flatMap((row) => [120, 900, row % 2 ? 600 : 400, 500, 9000])),
  },
  seed: 1,
};

test('when the width tells the label then a training warns in two lines', () => {
  const findings = quickFindings(input);
  assert.ok(findings.some(({ property }) => property === 'width'));
  const lines = warningLines(findings);
  assert.equal(lines.length, 2);
  assert.match(lines[0], /^warning: \w+ alone tells the label: balanced accuracy 100 %.*more\)$/);
  assert.match(lines[1], /imgdiag check/);
});

test('when there are only notes then a training says nothing', () => {
  assert.deepEqual(warningLines([{ kind: 'dark', severity: 'note', sentence: '', items: [] }]), []);
});
