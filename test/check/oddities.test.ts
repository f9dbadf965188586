import assert from 'node:assert/strict';
import test from 'node:test';
import { findBlurred, findOddities } from '../../src/check/oddities.ts';

/** Rows of mean, variance, width, height, bytes. */
function input(...rows: readonly (readonly number[])[]) {
  return {
    files: rows.map((_, row) => ({ path: `${row}`, label: 'a', sha256: `${row}` })),
    properties: { rows: rows.length, columns: 5, data: Float32Array.from(rows.flat()) },
  };
}

const USUAL = [120, 900, 400, 300, 20_000];

test('when images are as usual then nothing is found', () => {
  assert.deepEqual(findOddities(input(USUAL, USUAL)), []);
});

const ODD: readonly [kind: string, row: number[], detail: RegExp][] = [
  ['dark', [12, 100, 400, 300, 9000], /mean grey level 12 of 255/],
  ['bright', [248, 16, 400, 300, 9000], /mean grey level 248 of 255/],
  ['tiny', [120, 900, 40, 300, 900], /40 x 300 pixels/],
  ['odd_aspect', [120, 900, 1200, 300, 9000], /1200 x 300 pixels/],
];

for (const [kind, row, detail] of ODD) {
  test(`when one image is ${kind} then it alone is named`, () => {
    const found = findOddities(input(USUAL, row, USUAL)).find((one) => one.kind === kind);
    assert.deepEqual(
      found?.items.map(({ paths }) => paths),
      [['1']],
    );
    assert.match(found?.items[0].detail ?? '', detail);
    assert.match(found?.sentence ?? '', /^1 image is /);
  });
}

test('when an X-ray is dark but has bright bones then it is not called dark', () => {
  assert.deepEqual(findOddities(input([30, 1600, 400, 300, 9000])), []);
});

test('when one is far less sharp than the others then it is blurred', () => {
  const sharpness = [1, 1.2, 0.9, 1.1, 0.8, 1.3, 0.02];
  const [found] = findBlurred(input(...sharpness.map(() => USUAL)), sharpness);
  assert.deepEqual(
    found.items.map(({ paths }) => paths),
    [['6']],
  );
  assert.deepEqual(findBlurred(input(USUAL, USUAL, USUAL), [1, 1.2, 0.5]), []);
});
