// Archives are read as they stream by, whatever their chunks, and damage is found.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readTar, TarError } from '../../src/base/tar-read.ts';
import { headerOf, type Packed, tarOf } from '../helpers/graph-def.ts';

async function* chunksOf(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Names and contents; `-` for those that are passed over. */
async function contents(archive: Uint8Array, chunk = 1000, skip: readonly string[] = []) {
  const found: string[] = [];
  for await (const { name, size, read } of readTar(chunksOf(archive, chunk))) {
    const text = skip.includes(name) ? '-' : (await read()).toString();
    found.push(`${name} ${size} ${text}`);
  }
  return found;
}

const file = (name: string, text: string, type = '0'): Packed => ({
  name,
  bytes: Buffer.from(text),
  type,
});
const FILES = [
  file('./a.txt', 'alpha'),
  file('dir/', '', '5'),
  file('dir/b', 'beta'.repeat(300)),
  file('empty', ''),
];

test('files in order, at any size of chunk, read or passed over', async () => {
  const expected = ['./a.txt 5 alpha', `dir/b 1200 ${'beta'.repeat(300)}`, 'empty 0 '];
  for (const chunk of [1, 7, 512, 1e6]) {
    assert.deepEqual(await contents(tarOf(FILES), chunk), expected);
  }
  assert.deepEqual(await contents(tarOf(FILES), 700, ['./a.txt', 'dir/b']), [
    './a.txt 5 -',
    'dir/b 1200 -',
    'empty 0 ',
  ]);
});

test('long names: of GNU tar, of pax, and with a prefix', async () => {
  const long = `${'d/'.repeat(80)}net.pb`;
  const record = ` path=${long}\n`;
  const prefixed = headerOf('net.pb', 1, '0');
  prefixed.write('ustar\x0000', 257);
  prefixed.write('far/away', 345);
  prefixed.write('        ', 148);
  const sum = prefixed.reduce((all, byte) => all + byte, 0);
  prefixed.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const archive = tarOf([
    file('././@LongLink', `${long}\0`, 'L'),
    file('cut', 'gnu'),
    file('PaxHeaders/x', `${record.length + 3}${record}`, 'x'),
    file('cut', 'pax'),
    file('next', 'own'),
  ]);
  const tail = Buffer.concat([
    archive.subarray(0, -1024),
    prefixed,
    Buffer.alloc(512, 'x'),
    Buffer.alloc(1024),
  ]);
  assert.deepEqual(await contents(tail), [
    `${long} 3 gnu`,
    `${long} 3 pax`,
    'next 3 own',
    'far/away/net.pb 1 x',
  ]);
});

describe('refused', () => {
  const refused = (archive: Uint8Array, message: RegExp) =>
    assert.rejects(
      contents(archive),
      (error) => error instanceof TarError && message.test(error.message),
    );

  test('what is cut off, anywhere', async () => {
    const archive = tarOf(FILES);
    for (const length of [0, 100, 512, 600, 1024 + 512, archive.length - 1024]) {
      await refused(archive.subarray(0, length), /cut off/);
    }
  });

  test('what is no archive, or changed', async () => {
    await refused(Buffer.alloc(2048, 'no archive'), /something else than a tar archive/);
    const changed = tarOf(FILES);
    changed[3] ^= 1;
    await refused(changed, /something else than a tar archive/);
    const endless = headerOf('a', 0, '0');
    endless[124] = 0x80;
    await refused(endless, /something else than a tar archive/);
  });

  test('a name of a megabyte', () =>
    refused(tarOf([file('l', 'x'.repeat(1e6), 'L')]), /a name of 1000000 bytes/));
});
