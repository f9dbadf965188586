import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { createRandom } from '../../src/base/random.ts';
import { type DatasetFile, sortFiles } from '../../src/data/dataset.ts';
import { formatCsvDataset, readCsvDataset } from '../../src/data/dataset-csv.ts';
import { groupByPattern } from '../../src/data/dataset-groups.ts';
import { readFolderDataset } from '../../src/data/folder-dataset.ts';
import { SPLIT_NAMES } from '../../src/data/split-names.ts';
import { makeFolder } from '../helpers/make-folder.ts';

/** Pieces of names that CSV, spreadsheets or paths treat in some special way. */
const NASTY = [
  '-',
  '=',
  '@',
  '+',
  '\t',
  ' ',
  '"',
  "'",
  ',',
  ';',
  '\n',
  '\r',
  '\r\n',
  '""',
  '🦴',
  'é',
  'e\u0301',
  '\u200b',
  '\ufeff',
  '＝',
  '#',
  '%',
  '.',
  '..',
  '~',
  '$x',
  '\\',
  '|',
  '`',
  '__proto__',
  'x',
  '1',
];

/** Labels and groups keep signs of formulas, quotes, commas and outer spaces. */
const LABEL_HEADS = ['=', '+', '-', '@', '"', ',', "'", '🦴', '=HYPERLINK("x")', 'é', '#'];
const LABEL_TAILS = ['', ' ', '"', ',', ';=1;', ";'-x", ';"+y', '🦴', '\u200b', ' x', '.'];

test('when a table is written then it is laid out for spreadsheets and people', () => {
  const text = formatCsvDataset([
    { path: 'cats/1.jpg', label: 'cat', givenSplit: 'training', group: 'p1' },
    { path: '-rf.jpg', label: '=1+1', givenSplit: 'testing' },
    { path: '@a, "b".jpg', label: 'dog', group: '+49' },
  ]);
  assert.equal(
    text,
    [
      'path,label,split,group',
      '"cats/1.jpg","cat","training","p1"',
      `"./-rf.jpg","'=1+1","testing",`,
      '"./@a, ""b"".jpg","dog",,+49',
      '',
    ].join('\n'),
  );
});

test('when a path begins like a formula then it is written as ./...', () => {
  for (const first of ['-', '=', '+', '@', "'", '\t', '\r', '\n', ' ', '＝', '＋', '－', '＠']) {
    const [, row] = formatCsvDataset([{ path: `${first}x`, label: 'a' }]).split(
      'path,label,split,group\n',
    );
    assert.match(row, /^"\.\//);
  }
  assert.match(formatCsvDataset([{ path: '../-x', label: 'a' }]), /\n"\.\.\/-x","a",,\n/);
});

test('when files have nasty names then the table reads back exactly', async (t) => {
  if (process.platform === 'win32') return t.skip('such names cannot be files there');
  const random = createRandom(7, 'nasty names');
  const pick = <T>(from: readonly T[]): T => from[random.below(from.length)];
  const nasty = () => Array.from({ length: 1 + random.below(4) }, () => pick(NASTY)).join('');
  for (let round = 0; round < 20; round++) {
    const folder = makeFolder(t);
    const presplit = round % 2 === 0;
    const labels = [`a${pick(LABEL_TAILS)}`, `${pick(LABEL_HEADS)}b`];
    const files = new Map<string, DatasetFile>();
    for (let i = 0; i < 25; i++) {
      const name = i % 3 === 0 ? `${nasty()}/x${nasty()}` : `${nasty()}${i}`;
      const file = path.join(folder, name);
      // The names `.` and `..` are no files of their own.
      if (path.relative(folder, file) !== name || name.split('/').includes('..')) continue;
      try {
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, 'x', { flag: 'wx' });
      } catch {
        continue;
      }
      files.set(name, {
        path: name,
        file,
        label: labels[files.size % 2],
        ...(presplit && { givenSplit: files.size < 2 ? 'training' : pick(SPLIT_NAMES) }),
        ...(random.uniform() < 0.5 && { group: `${pick(LABEL_HEADS)}${i}` }),
      });
    }
    const expected = sortFiles([...files.values()]);
    assert.ok(expected.length > 10);
    const table = path.join(folder, 'table.csv');
    writeFileSync(table, formatCsvDataset(random.shuffle([...expected])));
    const found = await readCsvDataset({ file: table });
    assert.deepEqual(found.files, expected);
    assert.equal(found.presplit, presplit);
    assert.deepEqual(found.labels, [...labels].sort());
  }
});

test('when a folder with groups is written as a table then the table gives the same', async (t) => {
  const names = ['=cats/p1,"a".jpg', '=cats/-p2.jpg', 'dogs/p1 b.jpg', 'dogs/🦴p3.jpg'];
  const folder = makeFolder(t, Object.fromEntries(names.map((name) => [name, ''])));
  const dataset = await readFolderDataset(folder);
  const { files } = await groupByPattern(dataset.files, '(p\\d)');
  const text = formatCsvDataset(files);
  assert.match(text, /\n"\.\/=cats\/-p2\.jpg","'=cats",,"p2"\n/);
  const found = await readCsvDataset({ file: '-', text, imageDir: folder });
  assert.deepEqual(found, { ...dataset, files });
});

test('when a ready-made split is written as a table then the table gives the same', async (t) => {
  const names = ['train/a/1.jpg', 'train/b/1.jpg', 'val/a/1.jpg', 'val/b/1.jpg'];
  const folder = makeFolder(t, Object.fromEntries(names.map((name) => [name, ''])));
  const dataset = await readFolderDataset(folder);
  const text = formatCsvDataset(dataset.files);
  const found = await readCsvDataset({ file: '-', text, imageDir: folder });
  assert.deepEqual(found, { ...dataset, notes: [] });
});
