import assert from 'node:assert/strict';
import test from 'node:test';
import { createRandom } from '../../src/base/random.ts';
import { balancedAccuracy, findShortcuts } from '../../src/check/shortcuts.ts';

const rows = [...Array(200).keys()];
const input = {
  labels: ['a', 'b'],
  targets: Uint16Array.from(rows, (row) => (row < 150 ? 0 : 1)),
  units: rows,
  seed: 1,
};
const random = createRandom(9, 'noise');

test('when a word predicts the label in nine of ten cases then it is named with that metric', () => {
  const values = rows.map((row) => (row < 150 === row % 10 > 0 ? 'jpeg' : 'png'));
  const [found] = findShortcuts(input, [{ name: 'file type', values }]);
  assert.equal(found.property, 'file type');
  assert.equal(found.severity, 'warning');
  assert.ok(Math.abs((found.value as number) - 0.9) < 1e-9, `${found.value}`);
});

test('when a number predicts the label then it is named, also where the relation is not monotone', () => {
  const values = rows.map((row) => (row < 150 ? random.uniform() : row % 2 === 0 ? -1 : 2));
  const [found] = findShortcuts(input, [{ name: 'width', values }]);
  assert.equal(found.property, 'width');
  // Four parts: the lowest holds the 25 of b at -1 and 25 of a, the highest those at 2 likewise.
  assert.ok((found.value as number) > 0.8, `${found.value}`);
});

test('when a property has nothing to do with the label then it is not reported, in 100 of 100 datasets', () => {
  for (let set = 0; set < 100; set++) {
    const noise = createRandom(set, 'property');
    const values = rows.map(() => noise.uniform());
    assert.deepEqual(findShortcuts(input, [{ name: 'width', values }]), [], `set ${set}`);
  }
});

test('when all values are the same then it is chance exactly', () => {
  const values = rows.map(() => 'jpeg');
  assert.equal(balancedAccuracy(input, { name: 'file type', values }), 0.5);
});

test('when all images of a label are of a few patients then nothing is called clear', () => {
  const units = rows.map((row) => Math.floor(row / 50));
  const values = rows.map((row) => (row < 150 ? 'jpeg' : 'png'));
  assert.deepEqual(findShortcuts({ ...input, units }, [{ name: 'file type', values }]), []);
});
