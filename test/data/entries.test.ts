import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { InputError } from '../../src/base/errors.ts';
import { listFolder } from '../../src/data/entries.ts';
import { shownName } from '../../src/images/shown-name.ts';
import { makeFolder } from '../helpers/make-folder.ts';

const POSIX = process.platform === 'win32' ? 'needs a POSIX file system' : false;

test('when a name holds bytes that are not UTF-8 then they are shown, and lead to it', {
  skip: POSIX,
}, async (t) => {
  const folder = makeFolder(t);
  const latin = Buffer.from('r\xf6ntgen.jpg', 'latin1');
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), latin]), 'x');
  writeFileSync(path.join(folder, 'plain.jpg'), 'y');
  const [plain, strange] = await listFolder(folder);
  assert.deepEqual([plain.name, plain.place], ['plain.jpg', path.join(folder, 'plain.jpg')]);
  assert.equal(strange.name, 'r\\xf6ntgen.jpg');
  assert.ok(Buffer.isBuffer(strange.place));
  assert.ok(strange.place.equals(Buffer.concat([Buffer.from(`${folder}/`), latin])));
});

test('when a name is shown then whole characters stay and stray bytes do not', () => {
  assert.equal(shownName(Buffer.from('骨折 ü')), '骨折 ü');
  assert.equal(shownName(Buffer.from([0xe9, 0x41, 0xc3, 0xa9, 0xff])), '\\xe9Aé\\xff');
  assert.equal(shownName(Buffer.from([0xf0, 0x9f, 0xa6, 0xb4, 0xf0, 0x9f])), '🦴\\xf0\\x9f');
  assert.equal(shownName('\ufffd'), '\ufffd');
});

test('when an entry is a link then what it leads to counts; a broken one is a file', {
  skip: POSIX,
}, async (t) => {
  const folder = makeFolder(t, { 'a/x.jpg': 'x' });
  symlinkSync('a', path.join(folder, 'b'));
  symlinkSync('a/x.jpg', path.join(folder, 'c'));
  symlinkSync('nowhere', path.join(folder, 'd'));
  symlinkSync('e', path.join(folder, 'e'));
  execFileSync('mkfifo', [path.join(folder, 'f')]);
  const kinds = (await listFolder(folder)).map(({ kind }) => kind);
  assert.deepEqual(kinds, ['folder', 'folder', 'file', 'file', 'file', 'other']);
});

test('when there is no folder then the sentence names it, bytes and all', async (t) => {
  const folder = makeFolder(t, { file: 'x' });
  mkdirSync(path.join(folder, 'empty'));
  assert.deepEqual(await listFolder(path.join(folder, 'empty')), []);
  await assert.rejects(
    listFolder(Buffer.from('nowhere\xff', 'latin1')),
    (error) =>
      error instanceof InputError &&
      error.message === 'expected a folder at nowhere\\xff, found nothing there',
  );
  await assert.rejects(listFolder(path.join(folder, 'file')), /found a file$/);
});
