import assert from 'node:assert/strict';
import test from 'node:test';
import {
  describeRelation,
  duplicateFindings,
  exactDuplicates,
} from '../../src/check/duplicates.ts';

const file = (path: string, sha256 = path) => ({ path, label: path.split('/')[0], sha256 });
const rotated = (degrees: number, mirrored = false) => ({ degrees, mirrored, similarity: 0.99 });

test('when files have the same bytes then each is paired with the first of them', () => {
  const files = [file('a/1', 'x'), file('a/2', 'y'), file('b/3', 'x'), file('b/4', 'x')];
  assert.deepEqual(exactDuplicates(files), [
    { first: 0, second: 2, relation: undefined },
    { first: 0, second: 3, relation: undefined },
  ]);
});

test('when it is said how a copy was made then in words', () => {
  assert.equal(describeRelation(undefined), 'identical bytes');
  assert.equal(describeRelation(rotated(0)), 're-encoded');
  assert.equal(describeRelation(rotated(-87)), 'rotated by 87 degrees');
  assert.equal(describeRelation(rotated(0, true)), 'mirrored');
  assert.equal(describeRelation(rotated(180, true)), 'mirrored top to bottom');
  assert.equal(describeRelation(rotated(12, true)), 'mirrored and rotated by 12 degrees');
});

test('when there are no copies then nothing is found', () => {
  assert.deepEqual(duplicateFindings({ files: [file('a/1')], splits: ['training'] }, []), []);
});

test('when copies lie within a label and a split then it is a note with their cluster', () => {
  const files = [file('a/1'), file('a/2'), file('a/3')];
  const copies = [
    { first: 0, second: 1, relation: rotated(5) },
    { first: 1, second: 2, relation: rotated(0) },
  ];
  const found = duplicateFindings({ files, splits: ['training', 'training', 'training'] }, copies);
  assert.equal(found.length, 1);
  assert.equal(found[0].kind, 'near_duplicates');
  assert.equal(found[0].severity, 'note');
  assert.match(found[0].sentence, /^3 images are near-duplicates .*: only 1 is distinct$/);
  assert.deepEqual(found[0].items[0].paths, ['a/1', 'a/2', 'a/3']);
  assert.equal(found[0].items[0].detail, 'rotated by 5 degrees, re-encoded');
});

test('when a test image has a copy in training then it is a warning that names both', () => {
  const files = [file('a/1'), file('a/2'), file('a/3')];
  const copies = [
    { first: 0, second: 1, relation: rotated(5) },
    { first: 0, second: 2, relation: undefined },
  ];
  const found = duplicateFindings({ files, splits: ['training', 'testing', 'validation'] }, copies);
  const across = found.find(({ kind }) => kind === 'duplicates_across_splits');
  assert.ok(across);
  assert.equal(across.severity, 'warning');
  assert.match(across.sentence, /^2 images \(1 of validation, 1 of testing\)/);
  assert.deepEqual(
    across.items.map(({ paths, detail }) => [paths, detail]),
    [
      [['a/3', 'a/1'], 'identical bytes: validation and training'],
      [['a/2', 'a/1'], 'rotated by 5 degrees: testing and training'],
    ],
  );
});

test('when an image is the copy of a copy in training then that is told too', () => {
  const files = [file('a/1'), file('a/2'), file('a/3')];
  const copies = [
    { first: 0, second: 1, relation: rotated(5) },
    { first: 1, second: 2, relation: rotated(5) },
  ];
  const found = duplicateFindings({ files, splits: ['training', 'testing', 'testing'] }, copies);
  const across = found.find(({ kind }) => kind === 'duplicates_across_splits');
  assert.deepEqual(
    across?.items.map(({ paths }) => paths),
    [
      ['a/2', 'a/1'],
      ['a/3', 'a/1'],
    ],
  );
});

test('when an image stands under two labels then it is a warning', () => {
  const files = [file('a/1', 'x'), file('b/1', 'x')];
  const found = duplicateFindings(
    { files, splits: ['training', 'training'] },
    exactDuplicates(files),
  );
  assert.deepEqual(
    found.map(({ kind, severity }) => [kind, severity]),
    [
      ['duplicates_across_labels', 'warning'],
      ['exact_duplicates', 'note'],
    ],
  );
  assert.equal(found[0].items[0].detail, 'identical bytes: a and b');
});
