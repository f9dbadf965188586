import assert from 'node:assert/strict';
import test from 'node:test';
import { relationOf } from '../../src/check/same-image.ts';
import { type Change, makeGrey, makeScene, makeSketch } from '../helpers/make-sketch.ts';

const scene = makeScene(1);
const original = makeSketch(makeGrey(scene));

const COPIES: readonly [what: string, change: Change, degrees: number, mirrored: boolean][] = [
  ['the same', {}, 0, false],
  ['another contrast', { contrast: 0.6 }, 0, false],
  ['a turn of 7 degrees', { degrees: 7 }, 7, false],
  ['a turn of 90 degrees', { degrees: 90 }, 90, false],
  ['a turn of 222 degrees', { degrees: 222 }, -138, false],
  ['a mirror image', { mirrored: true }, 0, true],
  ['a mirror image turned by 41 degrees', { mirrored: true, degrees: 41 }, 41, true],
  ['a turn by 30 degrees onto a larger canvas', { degrees: 30, scale: 0.73 }, 30, false],
];

for (const [what, change, degrees, mirrored] of COPIES) {
  test(`when a copy has ${what} then it is known again, and how it was made`, () => {
    const relation = relationOf(original, makeSketch(makeGrey(scene, change)), undefined);
    assert.ok(relation);
    // To the degree: registration ends within a tenth of a grid point.
    assert.ok(Math.abs(relation.degrees - degrees) <= 1, `${relation.degrees}`);
    assert.equal(relation.mirrored, mirrored);
    assert.ok(relation.similarity >= 0.985 && relation.similarity <= 1 + 1e-6);
  });
}

test('when a wide image was squeezed into a square then it is known again', () => {
  const wide = makeGrey(scene, { aspect: 1.5 });
  const squeezed = makeSketch({ ...wide, aspect: 1 });
  assert.ok(relationOf(makeSketch(wide), squeezed, undefined));
});

test('when a copy is so bright that parts are white then it is known again', () => {
  for (let seed = 1; seed < 6; seed++) {
    const shown = makeScene(seed);
    const bright = makeSketch(makeGrey((x, y) => Math.min(255, 1.4 * shown(x, y))));
    const relation = relationOf(makeSketch(makeGrey(shown)), bright, undefined);
    assert.ok(relation, `seed ${seed}`);
  }
});

test('when most of an image is white then it is not the same as another', () => {
  for (let seed = 2; seed < 8; seed++) {
    const shown = makeScene(seed);
    const white = makeSketch(makeGrey((x, y) => Math.min(255, 2 * shown(x, y))));
    assert.equal(relationOf(original, white, undefined), undefined, `seed ${seed}`);
  }
});

test('when two images differ then they are not the same, whichever way they lie', () => {
  for (let seed = 2; seed < 12; seed++) {
    const other = makeSketch(makeGrey(makeScene(seed)));
    assert.equal(relationOf(original, other, undefined), undefined, `seed ${seed}`);
  }
});

test('when two images are alike but for one corner of three then they are not the same', () => {
  const other = makeScene(2);
  const half = makeSketch(makeGrey((x, y) => (x < 0.1 ? scene(x, y) : other(x, y))));
  assert.equal(relationOf(original, half, undefined), undefined);
});

test('when there is nothing to see in either then they are not called the same', () => {
  const blank = makeSketch(makeGrey(() => 100));
  const slope = makeSketch(makeGrey((x) => 100 + 4 * x));
  assert.equal(relationOf(blank, blank, undefined), undefined);
  assert.equal(relationOf(slope, slope, undefined), undefined);
});
