import assert from 'node:assert/strict';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { EXIT } from '../../src/base/errors.ts';
import { readFolderDataset } from '../../src/data/folder-dataset.ts';
import { TO_TRAIN } from '../../src/data/layout.ts';
import { info } from '../helpers/info.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { assertRejects } from '../helpers/rejects.ts';

const folderOf = (t: TestContext, ...names: string[]) =>
  makeFolder(t, Object.fromEntries(names.map((name) => [name, ''])));

const READY = ['train/ants/1.jpg', 'train/bees/1.jpg', 'val/ants/1.jpg', 'val/bees/2.jpg'];

test('when there is a folder per label then the data set is what the scan found', async (t) => {
  const folder = folderOf(t, 'dogs/1.jpg', 'cats/2.jpg', 'x.jpg');
  assert.deepEqual(await readFolderDataset(folder), {
    labels: ['cats', 'dogs'],
    files: [
      { label: 'cats', path: 'cats/2.jpg', file: path.join(folder, 'cats', '2.jpg') },
      { label: 'dogs', path: 'dogs/1.jpg', file: path.join(folder, 'dogs', '1.jpg') },
    ],
    notes: info('1 files beside the label folders are ignored'),
    presplit: false,
  });
});

test('when folders are a ready-made split then it is announced and kept', async (t) => {
  const folder = folderOf(t, ...READY, 'train/ants/deep/2.jpg', 'train/.x');
  const { labels, files, notes, presplit } = await readFolderDataset(folder);
  assert.deepEqual(labels, ['ants', 'bees']);
  assert.equal(presplit, true);
  assert.deepEqual(
    files.map(({ label, path: found, givenSplit }) => `${label} ${found} ${givenSplit}`),
    [
      'ants train/ants/1.jpg training',
      'ants train/ants/deep/2.jpg training',
      'ants val/ants/1.jpg validation',
      'bees train/bees/1.jpg training',
      'bees val/bees/2.jpg validation',
    ],
  );
  assert.equal(files[1].file, path.join(folder, 'train', 'ants', 'deep', '2.jpg'));
  assert.deepEqual(
    notes,
    info('found a ready-made split: train 3, val 2 images', '1 hidden or system files ignored'),
  );
});

test('when parts are spelled otherwise then they are recognised, training first', async (t) => {
  const parts = ['TEST', 'Validation', 'training'];
  const folder = folderOf(t, ...parts.flatMap((part) => [`${part}/a/1.jpg`, `${part}/b/1.jpg`]));
  const { notes, files } = await readFolderDataset(folder);
  assert.deepEqual(
    notes,
    info('found a ready-made split: training 2, Validation 2, TEST 2 images'),
  );
  assert.equal(new Set(files.map(({ givenSplit }) => givenSplit)).size, 3);
});

test('when other folders lie beside the parts then they are named and left out', async (t) => {
  const others = ['bus/1.jpg', 'chest_xray/train/ants/1.jpg', 'chest_xray/train/bees/1.jpg'];
  const folder = folderOf(t, ...READY, ...others, 'test/1.jpg', 'docs/a.txt');
  const { labels, presplit, notes } = await readFolderDataset(folder);
  assert.deepEqual(labels, ['ants', 'bees']);
  assert.equal(presplit, true);
  assert.deepEqual(
    notes,
    info(
      'found a ready-made split: train 2, val 2 images',
      'left out, no part of that split: bus, chest_xray, docs and 1 more',
    ),
  );
});

test('when a folder beside the parts is empty then the split is still recognised', async (t) => {
  const { presplit, notes } = await readFolderDataset(folderOf(t, ...READY, 'rest/', 'test/'));
  assert.equal(presplit, true);
  assert.deepEqual(notes.slice(1), info('labels without files are ignored: rest, test'));
});

test('when a part has loose files or lacks a label then a note tells', async (t) => {
  const folder = folderOf(t, ...READY, 'val/readme.txt', 'test/ants/9.jpg');
  assert.deepEqual(
    (await readFolderDataset(folder)).notes,
    info(
      'found a ready-made split: train 2, val 2, test 1 images',
      '1 files beside the label folders of val are ignored',
      'label bees has no testing images in the given split',
    ),
  );
});

test('when folders called like splits hold images then they are refused, or labels if asked for', async (t) => {
  const folder = folderOf(t, 'train/1.jpg', 'val/1.jpg', 'test/2.jpg');
  await assertRejects(
    () => readFolderDataset(folder),
    EXIT.input,
    `expected label folders in ${path.join(folder, 'train')}, found only loose files`,
    /^sort them into label folders, or give --layout labels to use every folder as a label$/,
  );
  const { labels } = await readFolderDataset(folder, TO_TRAIN, 'labels');
  assert.deepEqual(labels, ['test', 'train', 'val']);
});

test('when training lacks a label then it is refused', async (t) => {
  const folder = folderOf(t, ...READY, 'val/wasps/1.jpg');
  await assertRejects(
    () => readFolderDataset(folder),
    EXIT.input,
    `expected training images of label wasps in ${folder}, found only validation images (val/wasps/1.jpg)`,
  );
});

test('when two folders name one split, or none is for training, then it is refused', async (t) => {
  const twice = folderOf(t, ...READY, 'validation/ants/1.jpg');
  await assertRejects(
    () => readFolderDataset(twice),
    EXIT.input,
    `expected one folder of validation images in ${twice}, found val and validation`,
    /--layout split .*--layout labels .*--image_dir .*train to use that part alone$/,
  );
  const none = folderOf(t, 'val/a/1.jpg', 'test/a/1.jpg');
  await assertRejects(
    () => readFolderDataset(none),
    EXIT.input,
    `expected a train folder in ${none} beside test and val, found none`,
    /^add it, or give --layout labels to use every folder as a label$/,
  );
});

test('when there is one part only then it is proposed as the image folder', async (t) => {
  const folder = folderOf(t, 'train/a/1.jpg', 'train/b/1.jpg');
  await assertRejects(
    () => readFolderDataset(folder),
    EXIT.input,
    /found 1 \(train\)$/,
    /^give --image_dir .*train, which holds a, b$/,
  );
});

test('when a ready-made split has one label or labels hard to tell apart then it is refused', async (t) => {
  const one = folderOf(t, 'train/a/1.jpg', 'val/a/1.jpg');
  await assertRejects(
    () => readFolderDataset(one),
    EXIT.input,
    `expected at least 2 label folders in each part of ${one}, found 1 (a)`,
    /train/,
  );
  const cased = folderOf(t, ...READY, 'test/Ants/1.jpg');
  await assertRejects(() => readFolderDataset(cased), EXIT.input, /^labels Ants and ants in/);
});
