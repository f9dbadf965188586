import assert from 'node:assert/strict';
import { readFileSync, truncateSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { sha256 } from '../../src/base/hash.ts';
import { hashFiles } from '../../src/data/hash-files.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { makeSolid } from '../helpers/make-images.ts';

test('when files are hashed then content, length and format are known, and what cannot be read', async (t) => {
  const grey = await makeSolid([100, 100, 100]).png().toBuffer();
  // Named as what it is not.
  const tree = { 'a.jpg': grey, 'b.png': 'hello', 'folder/': '' };
  const folder = makeFolder(t, tree);
  const files = Object.keys(tree).map((name) => ({ path: name, file: path.join(folder, name) }));
  const hashed = await hashFiles(files);
  assert.deepEqual(hashed.files, [
    {
      ...files[0],
      sha256: sha256(grey),
      bytes: grey.length,
      format: 'png',
      kind: '8-bit',
      spare: false,
    },
    { ...files[1], sha256: sha256('hello'), bytes: 5, format: 'text', kind: '8-bit', spare: false },
  ]);
  assert.deepEqual(
    hashed.failures.map(({ path: name, error }) => [name, error.code]),
    [['folder/', 'image_unreadable']],
  );
});

test('when a file is over 64 MB then it is hashed piece by piece, and its header is read all the same', async (t) => {
  const deep = makeSolid([9, 9, 9]).toColourspace('rgb16');
  const folder = makeFolder(t, {
    'a.png': await deep.clone().png().toBuffer(),
    'b.tif': await deep.clone().tiff({ compression: 'lzw' }).toBuffer(),
  });
  const files = ['a.png', 'b.tif'].map((name) => ({ path: name, file: path.join(folder, name) }));
  const size = 64_000_001;
  for (const { file } of files) truncateSync(file, size);
  const hashed = await hashFiles(files);
  assert.deepEqual(hashed.failures, []);
  for (const { file, sha256: hash, bytes, kind } of hashed.files) {
    assert.deepEqual([hash, bytes, kind], [sha256(readFileSync(file)), size, '16-bit']);
  }
});
