import assert from 'node:assert/strict';
import test from 'node:test';
import { EXIT } from '../../src/base/errors.ts';
import { checkGivenSplit, splitInName, splitNamed } from '../../src/data/given-split.ts';
import type { SplitName } from '../../src/data/split-names.ts';
import { info } from '../helpers/info.ts';
import { assertRejects } from '../helpers/rejects.ts';

const files = (...words: string[]) =>
  words.map((word, row) => {
    const [label, split] = word.split(' ');
    return { label, row, givenSplit: split as SplitName };
  });
const check = (found: ReturnType<typeof files>) =>
  checkGivenSplit(found, ['ants', 'bees'], 'm.csv', ({ row }) => `row ${row}`);

test('when a split is named in any usual way then it is known', () => {
  for (const word of ['train', 'Training', 'TRAIN']) assert.equal(splitNamed(word), 'training');
  for (const word of ['val', 'Valid', 'validation', 'dev', 'Eval'])
    assert.equal(splitNamed(word), 'validation');
  for (const word of ['test', 'TESTING', 'holdout']) assert.equal(splitNamed(word), 'testing');
  for (const word of ['', 'prod', 'trains', 'constructor', ' train']) {
    assert.equal(splitNamed(word), undefined);
  }
});

test('when a name begins or ends with a split then it is named for it', () => {
  for (const name of ['train2017', 'Train 2', 'xray_train', 'train-images', 'old.training.1'])
    assert.equal(splitInName(name), 'training', name);
  for (const name of ['val', 'my-dev', 'VALID 3', 'eval_set'])
    assert.equal(splitInName(name), 'validation', name);
  for (const name of ['test', 'Test set', 'holdout.v2', '2_test', 'test_train'])
    assert.equal(splitInName(name), 'testing', name);
  for (const name of ['trains', 'a test b', 'contest', 'valley', 'invalid', '', '12', '__proto__'])
    assert.equal(splitInName(name), undefined, name);
});

test('when every split has every label then there are no notes', () => {
  const all = ['ants training', 'bees training', 'ants testing', 'bees testing'];
  assert.deepEqual(check(files(...all)), []);
});

test('when a split other than training lacks a label then a note tells', () => {
  const found = files('ants training', 'bees training', 'ants validation', 'bees testing');
  assert.deepEqual(
    check(found),
    info(
      'label bees has no validation images in the given split',
      'label ants has no testing images in the given split',
    ),
  );
});

test('when training lacks a label then the first file of it is named', async () => {
  await assertRejects(
    () => check(files('ants training', 'ants testing', 'bees testing', 'bees validation')),
    EXIT.input,
    'expected training images of label bees in m.csv, found only testing images (row 2)',
    /training split/,
  );
});
