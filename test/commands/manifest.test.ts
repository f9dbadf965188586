import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { makeFolder } from '../helpers/make-folder.ts';
import { HEALTHDIAG, imgdiag, LEG005, trainedModel } from '../helpers/run-cli.ts';
import {
  assertRefused,
  copyLegs,
  LEG009,
  manifestOf,
  type SplitRow,
  splitRows,
  succeed,
  treeOf,
} from '../helpers/runs.ts';

const BY_TENS = ['--group_by', String.raw`leg(\d\d)`];

/** Sets in which the rows of each group lie. */
function splitsOfGroups(rows: readonly SplitRow[]): Map<string, Set<string>> {
  const splits = new Map<string, Set<string>>();
  for (const { group, split } of rows) {
    splits.set(group, (splits.get(group) ?? new Set()).add(split));
  }
  return splits;
}

test('when a folder is listed then it is the split that retrain makes of it', async () => {
  const rows = await splitRows(['--image_dir', HEALTHDIAG]);
  assert.equal(rows.length, 80);
  const { split, labels } = await manifestOf(await trainedModel());
  for (const set of ['training', 'validation', 'testing'] as const) {
    const counts = labels.map(
      (label) => rows.filter((row) => row.label === label && row.split === set).length,
    );
    assert.deepEqual(counts, split.images[set], set);
  }
});

test('when the table is read back then it comes out byte for byte', async (t) => {
  const folder = makeFolder(t);
  for (const words of [[], BY_TENS, ['--testing_percentage', '30']]) {
    const first = await succeed(['manifest', '--image_dir', HEALTHDIAG, ...words]);
    const file = path.join(folder, 'split.csv');
    writeFileSync(file, first.stdout);
    const again = await succeed(['manifest', '--manifest', file, '--image_dir', HEALTHDIAG]);
    assert.equal(again.stdout, first.stdout);
    const input = Buffer.from(first.stdout);
    const piped = await succeed(['manifest', '--manifest', '-', '--image_dir', HEALTHDIAG], {
      input,
      spawned: true,
    });
    assert.equal(piped.stdout, first.stdout);
  }
});

test('when paths begin like formulas or hold commas then they read back exactly', async (t) => {
  const folder = makeFolder(t);
  const labels = ['-minus', '=sum', '@home', '+plus', 'a, "b"'];
  for (const label of labels) {
    for (const [i, name] of readdirSync(path.join(HEALTHDIAG, 'healthyleg'))
      .slice(0, 3)
      .entries()) {
      mkdirSync(path.join(folder, label), { recursive: true });
      const target = path.join(folder, label, i === 0 ? `-x,${i}.jpg` : `${i}\u00e9.jpg`);
      cpSync(path.join(HEALTHDIAG, 'healthyleg', name), target);
    }
  }
  // The same bytes under every label would be one unit: one byte behind the image tells them apart.
  for (const [i, label] of labels.entries()) {
    for (const name of readdirSync(path.join(folder, label))) {
      writeFileSync(path.join(folder, label, name), Buffer.of(i), { flag: 'a' });
    }
  }
  const first = await succeed(['manifest', '--image_dir', '.'], { cwd: folder });
  assert.match(first.stdout, /^"\.\/-minus\//m);
  assert.match(first.stdout, /^"\.\/=sum\//m);
  assert.match(first.stdout, /^"\.\/@home\//m);
  writeFileSync(path.join(folder, 'split.csv'), first.stdout);
  const again = await succeed(['manifest', '--manifest', 'split.csv'], { cwd: folder });
  assert.equal(again.stdout, first.stdout);
  assert.equal(first.stdout.trimEnd().split('\n').length, 16);
});

test('when --group_by names patients then none is in two splits, across labels', async () => {
  const rows = await splitRows(['--image_dir', HEALTHDIAG, ...BY_TENS]);
  const splits = splitsOfGroups(rows);
  assert.deepEqual([...splits.keys()].sort(), [
    '10',
    '11',
    '12',
    '13',
    '14',
    '15',
    '16',
    '17',
    '18',
  ]);
  assert.ok([...splits.values()].every(({ size }) => size === 1));
  assert.deepEqual(new Set(rows.map(({ split }) => split)).size, 3);
  const ungrouped = await splitRows(['--image_dir', HEALTHDIAG]);
  const torn = splitsOfGroups(ungrouped.map((row, i) => ({ ...row, group: rows[i].group })));
  assert.ok(
    [...torn.values()].some(({ size }) => size > 1),
    'without --group_by some are torn',
  );
});

test('when a table names groups but no split then the groups stay together', async (t) => {
  const folder = makeFolder(t);
  const rows = await splitRows(['--image_dir', HEALTHDIAG, ...BY_TENS]);
  const lines = rows.map(({ path: name, label, group }) => [name, label, group].join(','));
  const file = path.join(folder, 'groups.csv');
  writeFileSync(file, ['path,label,group', ...lines].join('\n'));
  const found = await splitRows(['--manifest', file, '--image_dir', HEALTHDIAG]);
  assert.deepEqual(found, rows);
});

test('when a model is named then its recorded split is kept and new images follow', async (t) => {
  const folder = makeFolder(t);
  const images = path.join(folder, 'images');
  const model = path.join(folder, 'm');
  copyLegs(images, { brokenleg: 25, healthyleg: 25 });
  await succeed([
    'retrain',
    '--no_report',
    '--image_dir',
    images,
    '--model_dir',
    model,
    '--l2',
    '0.1',
  ]);
  const before = await splitRows(['--image_dir', images, '--model_dir', model]);
  copyLegs(images, { brokenleg: 15, healthyleg: 15 }, 25);
  cpSync(LEG005, path.join(images, 'brokenleg', 'leg005.jpg'));
  // A renamed image is known by its bytes, a changed one by its name.
  const renamed = before.find(({ split }) => split === 'testing') as SplitRow;
  const changed = before.find(
    ({ split, label }) => split === 'validation' && label === 'healthyleg',
  ) as SplitRow;
  const other = renamed.path.replace(/leg\d+/, 'renamed');
  renameSync(path.join(images, renamed.path), path.join(images, other));
  cpSync(LEG009, path.join(images, changed.path));
  const words = ['--image_dir', images, '--model_dir', model];
  const after = new Map((await splitRows(words)).map((row) => [row.path, row.split]));
  for (const row of before) {
    const now = row === renamed ? other : row.path;
    assert.equal(after.get(now), row.split, now);
  }
  assert.equal(after.size, 81);
});

test('when an old table is kept beside it then --model_dir needs a model', async (t) => {
  const folder = makeFolder(t);
  const words = ['manifest', '--image_dir', HEALTHDIAG, '--model_dir', 'typo'];
  assertRefused(await imgdiag(words, { cwd: folder }), 4, /expected a model in typo/);
});

test('when an image cannot be read then it is left out and said', async (t) => {
  if (process.platform === 'win32') return t.skip('permissions mean something else there');
  if (process.getuid?.() === 0) return t.skip('root may read everything');
  const folder = makeFolder(t);
  copyLegs(folder, { brokenleg: 5, healthyleg: 5 });
  const [name] = readdirSync(path.join(folder, 'brokenleg'));
  writeFileSync(path.join(folder, 'brokenleg', name), '', { mode: 0o000 });
  const { stdout, stderr } = await succeed(['manifest', '--image_dir', folder]);
  assert.doesNotMatch(stdout, new RegExp(name));
  assert.match(stderr, new RegExp(`^warning: skipped brokenleg/${name}`, 'm'));
});

test('when a label is too small then what was moved to fill its splits is said', async (t) => {
  const folder = makeFolder(t);
  copyLegs(folder, { brokenleg: 3, healthyleg: 3 });
  const { stdout, stderr } = await succeed(['manifest', '--image_dir', folder]);
  for (const set of ['training', 'validation', 'testing']) {
    assert.match(stdout, new RegExp(`,"brokenleg","${set}",`));
    assert.match(stdout, new RegExp(`,"healthyleg","${set}",`));
  }
  assert.match(stderr, /moved/);
});

const REFUSED: readonly [what: string, words: string[], code: number, sentence: RegExp][] = [
  ['nothing named', [], 2, /expected --image_dir DIR or --manifest FILE/],
  [
    'percentages of 100',
    ['--image_dir', HEALTHDIAG, '--testing_percentage', '60', '--validation_percentage', '40'],
    2,
    /60 \+ 40 = 100/,
  ],
  [
    'a negative percentage',
    ['--image_dir', HEALTHDIAG, '--testing_percentage', '-5'],
    2,
    /--testing_percentage .* from 0 to 100, found -5/,
  ],
  ['a folder that is not there', ['--image_dir', 'nowhere'], 3, /a folder at nowhere/],
];

for (const [what, words, code, sentence] of REFUSED) {
  test(`manifest refuses ${what}`, async (t) => {
    const folder = makeFolder(t);
    assertRefused(await imgdiag(['manifest', ...words], { cwd: folder }), code, sentence);
    assert.deepEqual(treeOf(folder), []);
  });
}

test('when it only lists then it writes neither a model nor a cache', async (t) => {
  const folder = makeFolder(t);
  const env = { XDG_CACHE_HOME: path.join(folder, 'cache') };
  await succeed(['manifest', '--image_dir', HEALTHDIAG], { cwd: folder, env });
  assert.deepEqual(treeOf(folder), []);
});
