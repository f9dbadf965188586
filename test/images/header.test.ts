import assert from 'node:assert/strict';
import test from 'node:test';
import { readHeader } from '../../src/images/header.ts';
import { makeOriented, makeSolid } from '../helpers/make-images.ts';

test('when an image has EXIF then orientation and make are read', async () => {
  const bytes = await makeSolid([1, 2, 3])
    .withExif({ IFD0: { Make: 'ACME ' } })
    .jpeg()
    .toBuffer();
  assert.deepEqual(await readHeader(bytes), { format: 'jpeg', orientation: 1, maker: 'ACME' });
  assert.equal((await readHeader(await makeOriented(6))).orientation, 6);
});

test('when there is no EXIF, or no image, then nothing is known and nothing thrown', async () => {
  const png = await makeSolid([1, 2, 3]).png().toBuffer();
  assert.deepEqual(await readHeader(png), { format: 'png', orientation: 1, maker: 'none' });
  const text = Buffer.from('no image');
  assert.deepEqual(await readHeader(text), { format: 'text', orientation: 1, maker: 'none' });
});
