// What lies in image folders without being meant: made by systems, or written by imgdiag.

import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import test from 'node:test';
import { readFolderDataset } from '../../src/data/folder-dataset.ts';
import { isSystemName, SORTED_MARKER } from '../../src/data/passed-over.ts';
import { scanFolder } from '../../src/data/scan.ts';
import { info } from '../helpers/info.ts';
import { makeFolder } from '../helpers/make-folder.ts';

const LABELS = { 'cats/1.jpg': '', 'dogs/1.jpg': '' };
const MODEL = [
  'manifest.json',
  'labels.txt',
  'model.onnx',
  `versions/${'0'.repeat(64)}/labels.txt`,
];
const REPORT = ['index.html', 'evaluation.json', 'predictions.csv', 'evaluate/evaluation.json'];

const treeOf = (folder: string, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [`${folder}/${name}`, '']));

test('when folders are made by systems then they are passed over by name and counted, at any depth', async (t) => {
  const names = [
    '@eaDir',
    '#recycle',
    '$RECYCLE.BIN',
    'System Volume Information',
    'lost+found',
    '__MACOSX',
    '.thumbnails',
    'node_modules',
    '.ipynb_checkpoints',
  ];
  for (const name of names) {
    const folder = makeFolder(t, {
      ...LABELS,
      [`${name}/1.jpg`]: '',
      [`cats/${name}/a/1.jpg`]: '',
      [`cats/deep/${name}/1.jpg`]: '',
    });
    const { labels, files, notes } = await readFolderDataset(folder);
    assert.deepEqual([labels, files.length], [['cats', 'dogs'], 2], name);
    assert.deepEqual(notes, info(`3 hidden or system folders passed over: ${name} (3)`));
    assert.equal((await scanFolder(folder)).files.length, 2, name);
  }
  const folder = makeFolder(
    t,
    treeOf(
      '.',
      names.map((name) => `${name}/1.jpg`),
    ),
  );
  assert.deepEqual(
    (await scanFolder(folder)).notes,
    info(
      '9 hidden or system folders passed over: #recycle, $RECYCLE.BIN, .ipynb_checkpoints and 6 more',
    ),
  );
});

test('when a name only resembles one of a system then it is a label like others', () => {
  for (const name of ['@home', '#1', '$5', 'found', 'lost', 'MACOSX', 'recycle', 'modules'])
    assert.equal(isSystemName(name), false, name);
});

test('when models and reports lie in the image folder then they are left out by name, at any depth', async (t) => {
  const folder = makeFolder(t, {
    ...LABELS,
    ...treeOf('model', MODEL),
    ...treeOf('model_report', REPORT),
    ...treeOf('cats/deep/model', MODEL),
    ...treeOf('models/run1', MODEL),
    ...treeOf('models/run1_report', REPORT),
    ...treeOf(`killed/versions/${'a'.repeat(64)}`, ['labels.txt', 'model.onnx', 'head/model.json']),
    ...treeOf('m_report', ['out_of_fold.csv']),
    ...treeOf(`cache/v1/${'b'.repeat(64)}`, [
      'space.json',
      'segment-00000000-0000-4000-8000-000000000000.bin',
    ]),
    ...treeOf('logs/train', ['events.out.tfevents.0.imgdiag']),
    ...treeOf('graphs', ['intermediate_100.onnx']),
  });
  const { labels, files, notes } = await readFolderDataset(folder);
  assert.deepEqual(labels, ['cats', 'dogs']);
  assert.equal(files.length, 2);
  assert.deepEqual(
    notes,
    info(
      `left out, written by imgdiag: cache/v1/${'b'.repeat(64)}, cats/deep/model, graphs and 7 more`,
    ),
  );
});

test('when a folder is marked as sorted then it is left out by name, but never as the image folder', async (t) => {
  const sorted = {
    [`sorted/${SORTED_MARKER}`]: '',
    'sorted/cats/1.jpg': '',
    'sorted/dogs/1.jpg': '',
  };
  const folder = makeFolder(t, { ...LABELS, ...sorted });
  const { labels, notes } = await readFolderDataset(folder);
  assert.deepEqual(labels, ['cats', 'dogs']);
  assert.deepEqual(
    notes,
    info(
      `left out, made by classify --sort_into: sorted (to use one, remove ${SORTED_MARKER} in it)`,
    ),
  );
  const itself = await readFolderDataset(path.join(folder, 'sorted'));
  assert.equal(itself.files.length, 2);
  await fs.rm(path.join(folder, 'sorted', SORTED_MARKER));
  assert.deepEqual((await readFolderDataset(folder)).labels, ['cats', 'dogs', 'sorted']);
});

test('when a folder is scanned then each folder in it is listed once', async (t) => {
  const folder = makeFolder(t, { ...LABELS, 'cats/a/b/2.jpg': '', 'train/a/1.jpg': '' });
  const listed = t.mock.method(fs, 'readdir');
  const resolved = t.mock.method(fs, 'realpath');
  syncBuiltinESMExports();
  try {
    await readFolderDataset(folder);
  } finally {
    t.mock.restoreAll();
    syncBuiltinESMExports();
  }
  assert.equal(listed.mock.callCount(), 7);
  assert.equal(resolved.mock.callCount(), 0);
});
