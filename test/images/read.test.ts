import assert from 'node:assert/strict';
import { symlinkSync, truncateSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { ImageError, loadDecoder } from '../../src/images/decode.ts';
import { createPreprocessing } from '../../src/images/preprocessing.ts';
import { withImage } from '../../src/images/read.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { makeSolid } from '../helpers/make-images.ts';

/** As for a path that is given: nobody says that it is there. */
const readImage = (file: string) => withImage(file, async (bytes) => bytes, false);

async function assertUnreadable(file: string, code: string, message: string) {
  await assert.rejects(readImage(file), (error) => {
    assert.ok(error instanceof ImageError, String(error));
    assert.deepEqual([error.code, error.message], [code, message]);
    assert.ok(error.hint);
    return true;
  });
}

test('when a file is there then all its bytes are read', async (t) => {
  const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => i % 251);
  const folder = makeFolder(t, { 'an image': bytes });
  assert.deepEqual(new Uint8Array(await readImage(path.join(folder, 'an image'))), bytes);
});

test('when a PNG is named .jpg then its content decides', async (t) => {
  const folder = makeFolder(t, { 'leg.jpg': await makeSolid([10, 200, 90]).png().toBuffer() });
  const bytes = await readImage(path.join(folder, 'leg.jpg'));
  const pixels = await (await loadDecoder()).decode(bytes, createPreprocessing({ size: 1 }));
  assert.deepEqual([...pixels], [10, 200, 90]);
});

test('when nothing is there then the file counts as missing', async (t) => {
  const folder = makeFolder(t, { file: 'x' });
  symlinkSync('nowhere', path.join(folder, 'broken'));
  const missing = (name: string, message: string) =>
    assertUnreadable(path.join(folder, name), 'image_missing', message);
  await missing('nothing', 'there is no such file');
  await missing('broken', 'it is a link that leads nowhere');
  const through = path.join(folder, 'file', 'a.jpg');
  await assertUnreadable(through, 'image_missing', 'part of the path is not a folder');
});

test('when the path is no file then the reason is named', async (t) => {
  const folder = makeFolder(t);
  symlinkSync('loop', path.join(folder, 'loop'));
  await assertUnreadable(folder, 'image_unreadable', 'it is a folder');
  const loop = path.join(folder, 'loop');
  await assertUnreadable(loop, 'image_unreadable', 'it is a link that leads back to itself');
  const long = path.join(folder, 'n'.repeat(300));
  await assertUnreadable(long, 'image_missing', 'the path is too long');
});

test('when a file is larger than any image then it is not read', async (t) => {
  const folder = makeFolder(t, { huge: '' });
  truncateSync(path.join(folder, 'huge'), 5e12);
  await assertUnreadable(path.join(folder, 'huge'), 'image_too_large', 'the file is over 1 GB');
});
