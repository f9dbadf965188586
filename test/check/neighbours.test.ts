import assert from 'node:assert/strict';
import test from 'node:test';
import { nearestNeighbours } from '../../src/check/neighbours.ts';

/** Directions in the plane, in degrees; standardising leaves a regular ring as it is. */
const angles = [0, 30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 330];
const features = {
  rows: angles.length,
  columns: 2,
  data: Float32Array.from(
    angles.flatMap((angle) => [
      Math.cos((angle * Math.PI) / 180),
      Math.sin((angle * Math.PI) / 180),
    ]),
  ),
};

test('when images lie on a ring then neighbours come by angle, with its cosine', async () => {
  const units = [...angles.keys()];
  const [first] = await nearestNeighbours({ features, units, seed: 1 });
  assert.equal(first.length, 10);
  assert.deepEqual(new Set([first[0].row, first[1].row]), new Set([1, 11]));
  // float32 features: 1e-6.
  assert.ok(Math.abs(first[0].similarity - Math.cos(Math.PI / 6)) < 1e-6);
});

test('when images are of one unit then they are no neighbours', async () => {
  const units = [...angles.keys()].map((row) => (row === 1 ? 0 : row));
  const [first] = await nearestNeighbours({ features, units, seed: 1 });
  assert.equal(first[0].row, 11);
  assert.ok(first.every(({ row }) => row !== 1));
});

test('when it is stopped then it stops', async () => {
  const units = [...angles.keys()];
  const signal = AbortSignal.abort(new Error('stop'));
  await assert.rejects(nearestNeighbours({ features, units, seed: 1 }, signal), /stop/);
});
