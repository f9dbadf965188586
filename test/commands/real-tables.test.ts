// Tables and names as spreadsheets, other systems and people write them, through the command line.

import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { makeFolder } from '../helpers/make-folder.ts';
import { HEALTHDIAG, imgdiag, LEG005, trainedModel } from '../helpers/run-cli.ts';
import { assertRefused, copyLegs, rowsOf, splitRows, succeed } from '../helpers/runs.ts';

/** The name of a label in two Unicode forms. */
const [NFC, NFD] = ['r\u00f6ntgen', 'ro\u0308ntgen'];

/** Legs in `i/`, those of the label `broken` in the folder of that name. */
function makeLegs(t: TestContext, broken: string, count: number): string {
  const folder = makeFolder(t);
  const images = path.join(folder, 'i');
  copyLegs(images, { brokenleg: count, healthyleg: count });
  renameSync(path.join(images, 'brokenleg'), path.join(images, broken));
  return folder;
}

test('when cells have outer spaces then labels do not, and manifest writes what reads back', async (t) => {
  const rows = await splitRows(['--image_dir', HEALTHDIAG]);
  const text = rows.map(({ path: file, label, split }) => `${file}; ${label} ;${split}`);
  const folder = makeFolder(t, { 't.csv': ['path; label;split', ...text].join('\r\n') });
  const words = ['--manifest', 't.csv', '--image_dir', HEALTHDIAG];
  const inFolder = { cwd: folder };
  await succeed(['retrain', '--no_report', '--steps', '5', '--model_dir', 'm', ...words], inFolder);
  assert.equal(readFileSync(path.join(folder, 'm/labels.txt'), 'utf8'), 'brokenleg\nhealthyleg\n');
  const printed = await succeed(['manifest', ...words], inFolder);
  assert.match(
    printed.stderr,
    /^cells of t\.csv are read without their outer spaces; .* \(rows 2, 3, 4 and 77 more\)$/m,
  );
  assert.deepEqual(rowsOf(printed.stdout), rows);
});

test('when groups hold the label folder or stand in a column of another name then a warning says so', async (t) => {
  const folder = makeFolder(t);
  const names = ['P0_L', 'P0_R', 'P1_L', 'P1_R', 'P2_L', 'P2_R', 'P3_L', 'P3_R'];
  const files = ['bars', 'round'].flatMap((label) => names.map((name) => `${label}/${name}.jpg`));
  for (const file of files) {
    mkdirSync(path.dirname(path.join(folder, 'i', file)), { recursive: true });
    writeFileSync(path.join(folder, 'i', file), file);
  }
  const byFolder = async (pattern: string) =>
    succeed(['manifest', '--image_dir', path.join(folder, 'i'), '--group_by', pattern]);
  const first = await byFolder('^([^_]+)_');
  const better = /^warning: every group holds its label folder.* --group_by '(.*)'$/m.exec(
    first.stderr,
  );
  const { stdout, stderr } = await byFolder(better?.[1] ?? '');
  assert.doesNotMatch(stderr, /^warning/m);
  assert.match(stderr, /^groups by --group_by: 4, e\.g\. P0 \(bars\/P0_L\.jpg, .* and P1 \(/m);
  const splits = rowsOf<{ group: string; split: string }>(stdout);
  assert.equal(new Set(splits.map(({ group, split }) => `${group} ${split}`)).size, 4);

  const rows = files.map((file) => `${file},${file.split('/')[0]},${file.slice(-8, -6)}`);
  const table = (header: string) => {
    writeFileSync(path.join(folder, 'i/t.csv'), [header, ...rows].join('\n'));
    return succeed(['manifest', '--manifest', path.join(folder, 'i/t.csv')]);
  };
  const warning = /^warning: column Patient ID of .* is ignored, .*: rename it to group/m;
  assert.match((await table('path,label,Patient ID')).stderr, warning);
  assert.doesNotMatch((await table('path,label,group')).stderr, /^warning/m);
});

test('when a table holds test images only then evaluate takes it', async (t) => {
  const names = ['brokenleg', 'healthyleg'].flatMap((label) =>
    readdirSync(path.join(HEALTHDIAG, label))
      .slice(0, 3)
      .map((name) => `${label}/${name},${label}`),
  );
  const table = ['path,label,split', ...names.map((row) => `${row},test`)].join('\n');
  const folder = makeFolder(t, { 't.csv': table });
  const words = ['--manifest', path.join(folder, 't.csv'), '--image_dir', HEALTHDIAG];
  const model = ['--model_dir', await trainedModel()];
  const { stdout } = await succeed(['evaluate', ...words, ...model, '--no_report', '--json', '-']);
  assert.equal(JSON.parse(stdout).metrics.images, 6);
  const trained = await imgdiag(['manifest', ...words]);
  assertRefused(trained, 3, /expected training images of label brokenleg/);
});

test('when a label has outer spaces in quotes then manifest keeps them', async (t) => {
  const table = [
    'path,label',
    ...[1, 2, 3].flatMap((n) => [`a${n}.png," a "`, `b${n}.png,b`]),
  ].join('\n');
  const images = ['a1', 'a2', 'a3', 'b1', 'b2', 'b3'].map((name) => [`${name}.png`, name]);
  const folder = makeFolder(t, { ...Object.fromEntries(images), 't.csv': table });
  const { stdout } = await succeed(['manifest', '--manifest', 't.csv'], { cwd: folder });
  assert.match(stdout, /^"a1\.png"," a ",/m);
  writeFileSync(path.join(folder, 'again.csv'), stdout);
  const again = await succeed(['manifest', '--manifest', 'again.csv'], { cwd: folder });
  assert.equal(again.stdout, stdout);
});

test('when a label is named in the other Unicode form then it is the same label', async (t) => {
  const folder = makeLegs(t, NFC, 40);
  const inFolder = { cwd: folder };
  await succeed(
    [
      'retrain',
      ...['--image_dir', 'i', '--model_dir', 'm', '--no_report', '--positive', NFD],
      ...['--min', `sensitivity:${NFD}=0`, '--prevalence', `${NFD}=0.5`],
    ],
    inFolder,
  );
  const { operating_point: point } = JSON.parse(
    readFileSync(path.join(folder, 'm/manifest.json'), 'utf8'),
  );
  assert.equal(point.positive, NFC);
  const other = makeLegs(t, NFD, 8);
  const words = [
    'evaluate',
    '--image_dir',
    path.join(other, 'i'),
    '--model_dir',
    'm',
    '--json',
    '-',
  ];
  const { stdout } = await succeed([...words, '--no_report', '--min', `ppv:${NFC}=0`], inFolder);
  const { labels, metrics } = JSON.parse(stdout);
  assert.deepEqual(labels, [NFC, 'healthyleg'].sort());
  assert.equal(metrics.labels.find(({ label }: { label: string }) => label === NFC).support, 8);
  const explained = ['classify', '--model_dir', 'm', LEG005, '--explain', 'e.png'];
  const { stderr } = await succeed([...explained, '--explain_label', NFD], inFolder);
  assert.match(stderr, new RegExp(`^explanation of ${NFC} written`, 'm'));
  const unknown = await imgdiag([...explained, '--explain_label', 'other'], inFolder);
  assert.equal(unknown.code, 2);
});
