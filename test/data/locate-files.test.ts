import assert from 'node:assert/strict';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { EXIT } from '../../src/base/errors.ts';
import { readCsvDataset } from '../../src/data/dataset-csv.ts';
import { locateFiles } from '../../src/data/locate-files.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { assertRejects } from '../helpers/rejects.ts';

const [NFC, NFD] = ['r\u00f6', 'ro\u0308'];

const locate = (base: string, ...paths: string[]) => {
  const rows = paths.map((found, index) => {
    return { row: index + 2, path: found, file: path.join(base, found) };
  });
  return locateFiles(rows, 'm.csv', base);
};

/** Undefined where the disk takes both forms for one. */
async function makeBoth(t: TestContext): Promise<string | undefined> {
  const folder = makeFolder(t, { [`${NFC}/1.jpg`]: '', [`${NFD}/2.jpg`]: '' });
  const { renamed } = await locate(folder, `${NFC}/1.jpg`);
  assert.deepEqual(renamed, []);
  return locate(folder, `${NFC}/2.jpg`).then(
    () => undefined,
    () => folder,
  );
}

test('when a file is there in the other Unicode form then its row gets the name on disk', async (t) => {
  if ((await makeBoth(t)) === undefined) return t.skip('the disk makes them one');
  for (const [disk, table] of [
    [NFC, NFD],
    [NFD, NFC],
  ]) {
    const folder = makeFolder(t, { [`${disk}/x/${table}.jpg`]: '', [`${disk}/x/${disk}.png`]: '' });
    const wanted = [`${table}/x/${table}.jpg`, `${table}/x/${table}.png`, `${disk}/x/${disk}.png`];
    const { rows, renamed } = await locate(folder, ...wanted);
    const found = [`${disk}/x/${table}.jpg`, `${disk}/x/${disk}.png`, `${disk}/x/${disk}.png`];
    assert.deepEqual(
      rows.map((row) => row.path),
      found,
    );
    assert.deepEqual(
      rows.map((row) => row.file),
      found.map((name) => path.join(folder, name)),
    );
    assert.deepEqual(renamed, [2, 3]);
  }
});

test('when a name stands in both forms then the exact one is taken', async (t) => {
  const folder = await makeBoth(t);
  if (folder === undefined) return t.skip('the disk makes them one');
  const { rows, renamed } = await locate(folder, `${NFD}/2.jpg`, `${NFC}/1.jpg`);
  assert.deepEqual(
    rows.map((row) => row.path),
    [`${NFD}/2.jpg`, `${NFC}/1.jpg`],
  );
  assert.deepEqual(renamed, []);
});

test('when a file is there in neither form then its row is named', async (t) => {
  const folder = makeFolder(t, { [`${NFC}/1.jpg`]: '', [`${NFC}/a/1.jpg`]: '' });
  for (const name of [`${NFD}/3.jpg`, `${NFD}/1.jpg/x.jpg`, `../${NFD}.jpg`, 'x.jpg']) {
    const message = `expected a file at ${path.join(folder, name)} (row 2 of m.csv), found nothing there`;
    await assertRejects(() => locate(folder, name), EXIT.input, message, /relative to/);
  }
  await assertRejects(() => locate(folder, `${NFD}/a`), EXIT.input, /found a folder$/);
});

test('when a table names one file in both forms then it is refused as twice', async (t) => {
  if ((await makeBoth(t)) === undefined) return t.skip('the disk makes them one');
  const imageDir = makeFolder(t, { [`${NFD}.jpg`]: '', 'x.jpg': '' });
  const rows = [`${NFC}.jpg,a`, 'x.jpg,b', `${NFD}.jpg,a`];
  const read = (count: number) => {
    const text = ['path,label', ...rows.slice(0, count)].join('\n');
    return readCsvDataset({ file: '-', text, imageDir });
  };
  const { files, notes } = await read(2);
  assert.deepEqual(
    files.map((file) => file.path),
    [`${NFD}.jpg`, 'x.jpg'],
  );
  assert.match(notes[0][1], /same names in another Unicode form \(row 2\)$/);
  await assertRejects(() => read(3), EXIT.input, /each file once .*, found .* in rows 2 and 4$/);
});
