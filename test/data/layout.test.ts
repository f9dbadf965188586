// Which folders are labels, and which are parts of a ready-made split; each way out that is named works.

import assert from 'node:assert/strict';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { InputError } from '../../src/base/errors.ts';
import { readFolderDataset } from '../../src/data/folder-dataset.ts';
import { type Layout, TO_EVALUATE, TO_TRAIN } from '../../src/data/layout.ts';
import { makeFolder } from '../helpers/make-folder.ts';

/** `train: a b` is a folder with two label folders of an image each; `cats` is one with an image. */
function makeLayout(t: TestContext, ...lines: readonly string[]): string {
  const files = lines.flatMap((line) => {
    const [name, inner] = line.split(': ');
    const below = inner === undefined ? [''] : inner.split(' ');
    return below.map((label) => path.posix.join(name, label, '1.jpg'));
  });
  return makeFolder(t, Object.fromEntries(files.map((file) => [file, ''])));
}

/** `split: ants bees`, `labels: train val`, or `stop`. */
async function readingOf(folder: string, layout?: Layout, needs = TO_TRAIN): Promise<string> {
  try {
    const { labels, presplit } = await readFolderDataset(folder, needs, layout);
    return `${presplit ? 'split' : 'labels'}: ${labels.join(' ')}`;
  } catch (error) {
    assert.ok(error instanceof InputError, String(error));
    await assertWaysOut(folder, error.hint ?? '', needs);
    return 'stop';
  }
}

/** Tries each `--image_dir PLACE` and `--layout LAYOUT` that a hint names. */
async function assertWaysOut(folder: string, hint: string, needs = TO_TRAIN): Promise<void> {
  const way = /(?:--image_dir (?:'((?:[^']|'\\'')+)'|([^ ,]+)) ?)?(?:--layout (\w+))?/g;
  const ways = [...hint.matchAll(way)].filter(([found]) => found !== '');
  assert.ok(ways.length > 0, `no way out in: ${hint}`);
  for (const [, quoted, plain, layout] of ways) {
    const place = quoted?.replaceAll("'\\''", "'") ?? plain ?? folder;
    await readFolderDataset(place, needs, layout as Layout | undefined);
  }
}

/** Each set of folders with how it is read. */
const READINGS: readonly (readonly [reading: string, ...folders: string[]])[] = [
  // A ready-made split, whatever lies beside it.
  ['split: ants bees', 'train: ants bees', 'val: ants bees'],
  ['split: ants bees', 'train: ants bees', 'val: ants bees', 'test: ants bees', 'xray: ants bees'],
  ['split: ants bees', 'Train_2017: ants bees', 'xray val: ants bees', 'misc: a b'],
  ['split: ants bees', 'training-set: ants bees', 'holdout: ants bees', 'cats', 'dogs'],
  ['split: ants bees', 'train/train: ants bees', 'test/test: ants bees', 'extra'],
  ['split: ants bees', 'train: ants bees', 'test: ants', 'dev: ants bees', 'sample: ants bees'],
  ['split: ants bees', 'train: ants bees', 'test: ants'],
  ['split: ants bees', 'train: ants bees', 'val: ants bees', 'test'],
  ['split: ants bees', 'train: ants bees', 'test/ants: patient1 patient2'],
  // Nobody can tell.
  ['stop', 'train: ants bees', 'xray: ants bees'],
  ['stop', 'train: ants bees', 'bus'],
  ['stop', 'train/inner: ants bees', 'bus'],
  ['stop', 'test_set: ants bees', 'cats', 'dogs'],
  ['stop', 'train: ants bees', 'train 2: ants bees'],
  ['stop', 'train: ants bees', 'train 2: ants bees', 'val: ants bees'],
  ['stop', 'train: ants bees', 'training: ants bees', 'test: ants bees'],
  ['stop', 'train', 'test'],
  ['stop', 'train', 'val: ants bees', 'test: ants bees'],
  ['stop', 'val: ants bees', 'test: ants bees', 'extra'],
  ['stop', 'dev', 'eval', 'holdout'],
  // Labels.
  ['labels: control test', 'test', 'control'],
  ['labels: bus train', 'train', 'bus'],
  ['labels: dev prod', 'dev', 'prod'],
  ['labels: invalid valid', 'valid', 'invalid'],
  ['labels: test_negative test_positive', 'test_positive', 'test_negative'],
  ['labels: bus train', 'train: steam', 'bus: city school'],
  ['labels: bus test train', 'train: steam diesel', 'test: blood urine', 'bus'],
  ['labels: contest trains', 'trains: a b', 'contest: a b'],
  // A folder around the folders.
  ['stop', 'flowers: daisy rose tulip'],
  ['stop', 'chest_xray/train: a b', 'chest_xray/test: a b'],
  ['stop', 'chest_xray/chest_xray/train: a b', 'chest_xray/chest_xray/val: a b'],
  ['stop', 'archive/train: ants bees', 'archive/train 2: ants bees'],
  ['stop', 'train: ants bees'],
  ['stop', "it's mine: ants bees"],
];

for (const [reading, ...folders] of READINGS) {
  test(`when the folders are ${folders.join(', ')} then the reading is ${reading}`, async (t) => {
    assert.equal(await readingOf(makeLayout(t, ...folders)), reading);
  });
}

test('when a layout is given then it is taken, also where another would be found', async (t) => {
  const split = makeLayout(t, 'train: ants bees', 'val: ants bees', 'extra: ants bees');
  assert.equal(await readingOf(split, 'labels'), 'labels: extra train val');
  const twice = makeLayout(t, 'train: ants bees', 'train 2: ants bees', 'val: ants bees');
  const { files, notes } = await readFolderDataset(twice, TO_TRAIN, 'split');
  assert.deepEqual(
    files.map(({ path: name, givenSplit }) => `${name} ${givenSplit}`),
    [
      'train 2/ants/1.jpg training',
      'train/ants/1.jpg training',
      'val/ants/1.jpg validation',
      'train 2/bees/1.jpg training',
      'train/bees/1.jpg training',
      'val/bees/1.jpg validation',
    ],
  );
  assert.match(notes[0][1], /: train 2, train 2 2, val 2 images$/);
  const none = makeLayout(t, 'cats', 'train', 'dogs: a b');
  await assert.rejects(readFolderDataset(none, TO_TRAIN, 'split'), /found cats, dogs, train$/);
});

test('when files lie beside label folders then images decide, not licences and tables', async (t) => {
  const beside = (...names: string[]) =>
    makeFolder(
      t,
      Object.fromEntries(
        ['train/a/1', 'train/b/1', 'val/a/1', 'val/b/1', 'other/1.jpg', ...names].map((one) => [
          one,
          '',
        ]),
      ),
    );
  assert.equal(await readingOf(beside('train/LICENSE', 'val/_classes.csv')), 'split: a b');
  assert.equal(await readingOf(beside('train/1.JPG', 'val/2.png')), 'labels: other train val');
  const stray = beside('test/a/1.jpg', 'test/b/1.jpg', 'train/stray.jpg');
  await assert.rejects(
    readFolderDataset(stray),
    /^InputError: expected label folders and no images beside them in .*train, beside test and val, found 1 files and the folders a, b$/,
  );
  assert.equal(await readingOf(stray), 'stop');
  assert.equal(await readingOf(stray, 'split'), 'split: a b');
  const masks = [
    'train/images/1.jpg',
    'train/masks/1.txt',
    'test/images/1.jpg',
    'test/masks/1.txt',
  ];
  const folder = makeFolder(t, Object.fromEntries([...masks, 'x/1.jpg'].map((one) => [one, ''])));
  assert.equal(await readingOf(folder), 'labels: test train x');
});

test('when labels are called like splits then one note says how they are read', async (t) => {
  const noteOf = async (...folders: string[]) =>
    (await readFolderDataset(makeLayout(t, ...folders))).notes;
  assert.deepEqual(await noteOf('test', 'Val', 'control'), [
    ['info', 'read as labels, though called like splits: Val, test'],
  ]);
  assert.deepEqual(await noteOf('test_positive', 'test_negative'), []);
  assert.deepEqual(await noteOf('train_images', 'test_images'), [
    ['warning', 'read as labels, though called like splits: test_images, train_images'],
  ]);
  assert.deepEqual(await noteOf('train: steam diesel', 'test: blood urine', 'bus'), [
    ['warning', 'read as labels, since they have no two labels in common: train, test'],
  ]);
});

test('when a model is evaluated then neither training images nor two labels are needed', async (t) => {
  const held = makeLayout(t, 'val: ants bees', 'test: ants bees', 'extra');
  assert.equal(await readingOf(held, 'auto', TO_EVALUATE), 'split: ants bees');
  assert.equal(await readingOf(makeLayout(t, 'cats'), 'auto', TO_EVALUATE), 'labels: cats');
  for (const folders of [['test: ants bees'], ['test: ants bees', 'extra']]) {
    const folder = makeLayout(t, ...folders);
    assert.equal(await readingOf(folder, 'auto', TO_EVALUATE), 'stop');
    assert.equal(await readingOf(folder, 'split', TO_EVALUATE), 'split: ants bees');
  }
  const { labels, inner } = await readFolderDataset(makeLayout(t, 'all: ants bees'), TO_EVALUATE);
  assert.deepEqual(labels, ['all']);
  assert.match(inner ?? '', /^give --image_dir .*all, which holds ants, bees$/);
});
