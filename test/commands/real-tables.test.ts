// Tables and names as spreadsheets, other systems and people write them, through the command line.

import assert from 'node:assert/strict';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { makeFolder } from '../helpers/make-folder.ts';
import { HEALTHDIAG, imgdiag, LEG005 } from '../helpers/run-cli.ts';
import { copyLegs, rowsOf, splitRows, succeed } from '../helpers/runs.ts';

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
    /^cells of t\.csv are read without their outer spaces; .* \(row 2 and 79 more\)$/m,
  );
  assert.deepEqual(rowsOf(printed.stdout), rows);
});

test('when a label has outer spaces in quotes then manifest keeps them', async (t) => {
  const table = [
    'path,label',
    ...[1, 2, 3].flatMap((n) => [`a${n}.png," a "`, `b${n}.png,b`]),
  ].join('\n');
  const images = ['a1', 'a2', 'a3', 'b1', 'b2', 'b3'].map((name) => [`${name}.png`, name]);
  const folder = makeFolder(t, { ...Object.fromEntries(images), 't.csv': table });
  const { stdout } = await succeed(['manifest', '--manifest', 't.csv'], { cwd: folder });
  assert.match(stdout, /^a1\.png," a ",/m);
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
