import assert from 'node:assert/strict';
import test from 'node:test';
import { InputError } from '../../src/base/errors.ts';
import { createRandom } from '../../src/base/random.ts';
import { assignFolds } from '../../src/data/folds.ts';

const LABELS = ['broken', 'healthy'];

/** Rows in units of 1 to 4, a quarter of the units broken. */
function makeRows(unitCount: number, seed: number) {
  const random = createRandom(seed, 'rows');
  const units: number[] = [];
  const targets: number[] = [];
  for (let unit = 0; unit < unitCount; unit++) {
    const target = unit % 4 === 0 ? 0 : 1;
    for (let size = random.below(4); size >= 0; size--) {
      units.push(unit);
      targets.push(target);
    }
  }
  return { units, targets };
}

test('when units are assigned then none is torn, and every fold has its share of each label', () => {
  for (let seed = 0; seed < 20; seed++) {
    const { units, targets } = makeRows(100, seed);
    const folds = assignFolds(units, targets, LABELS, 5, seed);
    const foldOf = new Map<number, number>();
    for (const [row, unit] of units.entries()) {
      assert.equal(foldOf.get(unit) ?? folds[row], folds[row]);
      foldOf.set(unit, folds[row]);
    }
    for (const target of [0, 1]) {
      const total = targets.filter((other) => other === target).length;
      for (let fold = 0; fold < 5; fold++) {
        const count = targets.filter(
          (other, row) => other === target && folds[row] === fold,
        ).length;
        // A unit of four rows is the most by which a fold can miss its fifth.
        assert.ok(Math.abs(count - total / 5) <= 4, `fold ${fold} has ${count} of ${total}`);
      }
    }
  }
});

test('when units are single rows then the folds differ by one row at most', () => {
  const targets = Array.from({ length: 103 }, (_, row) => (row < 33 ? 0 : 1));
  const folds = assignFolds([...targets.keys()], targets, LABELS, 10, 1);
  for (const target of [0, 1]) {
    const counts = Array.from(
      { length: 10 },
      (_, fold) => targets.filter((other, row) => other === target && folds[row] === fold).length,
    );
    assert.ok(Math.max(...counts) - Math.min(...counts) <= 1, counts.join(' '));
  }
});

test('when the seed is the same then so are the folds, else not', () => {
  const { units, targets } = makeRows(60, 1);
  const assign = (seed: number) => assignFolds(units, targets, LABELS, 5, seed);
  assert.deepEqual(assign(3), assign(3));
  assert.notDeepEqual(assign(3), assign(4));
});

test('when a label has fewer units than folds then it is named', () => {
  const units = [0, 0, 0, 1, 2, 3, 4, 5];
  const targets = [0, 0, 0, 0, 1, 1, 1, 1];
  assert.throws(
    () => assignFolds(units, targets, LABELS, 3, 0),
    (error) => {
      assert.ok(error instanceof InputError);
      assert.match(error.message, /^expected at least 3 .* of label broken for 3 folds, found 2$/);
      assert.match(error.hint ?? '', /--folds 2 /);
      return true;
    },
  );
});
