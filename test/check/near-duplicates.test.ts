import assert from 'node:assert/strict';
import test from 'node:test';
import { createMatrix } from '../../src/base/matrix.ts';
import { findNearDuplicates } from '../../src/check/near-duplicates.ts';
import { makeGrey, makeScene, makeSketch } from '../helpers/make-sketch.ts';

const others = Array.from({ length: 20 }, (_, i) => makeSketch(makeGrey(makeScene(100 + i))));
const scene = makeScene(1);
const sketches = [
  makeSketch(makeGrey(scene)),
  ...others,
  makeSketch(makeGrey(scene, { degrees: 130 })),
  makeSketch(makeGrey(scene, { mirrored: true, scale: 0.75, degrees: 20 })),
];
const features = createMatrix(sketches.length, 2);

test('when copies lie among other images then those and no others are found', async () => {
  const found = await findNearDuplicates(sketches, features);
  const pairs = found.map(({ first, second }) => `${first} ${second}`).sort();
  assert.deepEqual(pairs, ['0 21', '0 22', '21 22']);
});

test('when pairs are compared then the last count is their number', async () => {
  const counts: (readonly [done: number, total: number])[] = [];
  await findNearDuplicates(sketches, features, undefined, (...count) => counts.push(count));
  const [done, total] = counts.at(-1) ?? [];
  assert.ok(total, 'there are pairs');
  assert.equal(done, total);
});

test('when a row is left out then it is no copy of anything', async () => {
  const left = sketches.map((sketch, row) => (row === 21 ? undefined : sketch));
  const found = await findNearDuplicates(left, features);
  assert.deepEqual(
    found.map(({ first, second }) => [first, second]),
    [[0, 22]],
  );
});

test('when it is stopped then it stops', async () => {
  const reason = new Error('stop');
  await assert.rejects(findNearDuplicates(sketches, features, AbortSignal.abort(reason)), reason);
});
