import assert from 'node:assert/strict';
import test from 'node:test';
import {
  countUnits,
  fewUnitsNote,
  indexGroups,
  rarestOf,
  unitsPerLabel,
} from '../../src/metrics/groups.ts';

test('when ids are equal then they are one group, and a number is not its text', () => {
  const groups = indexGroups(['b', 'a', 'b', 1, '1', '__proto__', 'constructor', 1]);
  assert.deepEqual([...groups.of], [0, 1, 0, 2, 3, 4, 5, 2]);
  assert.equal(groups.count, 6);
});

test('when units are counted then images of one group are one', () => {
  const groups = indexGroups([7, 7, 8, 9]);
  assert.equal(countUnits([0, 1, 3], groups), 2);
  assert.equal(countUnits([0, 1, 3], null), 3);
  assert.equal(countUnits([], groups), 0);
});

test('when there are fewer than ten units then it is said', () => {
  const groups = indexGroups([1]);
  assert.deepEqual(fewUnitsNote(9, groups), {
    note: 'the interval is unreliable: only 9 groups',
  });
  assert.deepEqual(fewUnitsNote(1, null), { note: 'the interval is unreliable: only 1 image' });
  assert.deepEqual(fewUnitsNote(10, groups), {});
});

test('when groups hold cases and others then they count on both sides', () => {
  const groups = indexGroups(['a', 'a', 'b', 'c']);
  assert.deepEqual(unitsPerLabel([0, 1, 0, 1], ['x', 'y'], groups), [
    { all: 3, label: 'x', cases: 2, others: 2 },
    { all: 3, label: 'y', cases: 2, others: 2 },
  ]);
  assert.deepEqual(unitsPerLabel([0, 1, 0, 0], ['x', 'y'], null), [
    { all: 4, label: 'x', cases: 3, others: 1 },
    { all: 4, label: 'y', cases: 1, others: 3 },
  ]);
});

test('when a label has no images then the rarest is one that has', () => {
  const units = unitsPerLabel([0, 1, 0], ['x', 'y', 'z'], null);
  assert.equal(rarestOf(units).label, 'y');
});
