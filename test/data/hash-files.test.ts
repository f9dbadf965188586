import assert from 'node:assert/strict';
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
