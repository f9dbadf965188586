import assert from 'node:assert/strict';
import { cpSync, readdirSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { makeFolder } from '../helpers/make-folder.ts';
import { HEALTHDIAG, imgdiag } from '../helpers/run-cli.ts';
import { assertRefused, copyLegs, treeOf } from '../helpers/runs.ts';

const [B1, B2, B3] = readdirSync(path.join(HEALTHDIAG, 'brokenleg')).map((n) => `brokenleg/${n}`);
const [H1, H2, H3] = readdirSync(path.join(HEALTHDIAG, 'healthyleg')).map((n) => `healthyleg/${n}`);
const PLAIN = [B1, B2, B3, H1, H2, H3].map((name) => `${name},${name.split('/')[0]}`);

/** Tables beside the images, each with one fault; the tests of the table's reader have the others. */
const TABLES: readonly [what: string, table: string[], code: number, sentence: RegExp][] = [
  [
    'a missing file',
    ['path,label', ...PLAIN, 'brokenleg/gone.jpg,brokenleg'],
    3,
    /expected a file at brokenleg\/gone\.jpg \(row 8 of t\.csv\), found nothing there/,
  ],
  [
    'a group in two given splits',
    [
      'path,label,split,group',
      `${B1},brokenleg,train,p1`,
      `${B2},brokenleg,test,p2`,
      `${H1},healthyleg,train,p3`,
      `${H2},healthyleg,test,p1`,
    ],
    3,
    /all images of group p1 in one split, found training \(row 2\) and testing \(row 5\)/,
  ],
  [
    'a cell too many',
    ['path,label', ...PLAIN, `${B1},a,b`],
    3,
    /2 cells in row 8 of t\.csv, found 3/,
  ],
];

for (const [what, table, code, sentence] of TABLES) {
  for (const command of ['retrain', 'manifest']) {
    test(`when a table has ${what} then ${command} refuses it and writes nothing`, async (t) => {
      const folder = makeFolder(t, { 't.csv': `${table.join('\n')}\n` });
      copyLegs(folder, { brokenleg: 3, healthyleg: 3 });
      const before = treeOf(folder);
      const outcome = await imgdiag([command, '--manifest', 't.csv'], { cwd: folder });
      assertRefused(outcome, code, sentence);
      assert.deepEqual(treeOf(folder), before);
    });
  }
}

test('when the faulty table comes from standard input then it is named so', async (t) => {
  const folder = makeFolder(t);
  const input = Buffer.from('path,label\nx.jpg,a\ny.jpg,b\n');
  const outcome = await imgdiag(['retrain', '--no_report', '--manifest', '-'], {
    cwd: folder,
    input,
  });
  assertRefused(outcome, 3, /x\.jpg \(row 2 of standard input\)/);
  assertRefused(
    await imgdiag(['retrain', '--no_report', '--manifest', '-'], { cwd: folder }),
    3,
    /standard input/,
  );
  assert.deepEqual(treeOf(folder), []);
});

test('when --group_by matches nothing then it is refused and nothing is written', async (t) => {
  const folder = makeFolder(t);
  const sentence = /\(patient\[0-9\]\+\) to match paths such as .* 80 files/;
  for (const command of ['retrain', 'manifest']) {
    const words = [command, '--image_dir', HEALTHDIAG, '--group_by', '(patient[0-9]+)'];
    assertRefused(await imgdiag(words, { cwd: folder }), 2, sentence);
  }
  assert.deepEqual(treeOf(folder), []);
});

test('when groups leave a label too few of them then the count is said', async (t) => {
  const folder = makeFolder(t);
  const words = ['retrain', '--no_report', '--image_dir', HEALTHDIAG, '--group_by', 'leg(1)'];
  const outcome = await imgdiag(words, { cwd: folder });
  assertRefused(outcome, 3, /label brokenleg .* found 40 in only 1 independent groups/);
  assert.deepEqual(treeOf(folder), []);
});

test('when a group lies in two parts of a ready-made split then both places are named', async (t) => {
  const folder = makeFolder(t);
  copyLegs(path.join(folder, 'train'), { brokenleg: 5, healthyleg: 5 });
  copyLegs(path.join(folder, 'test'), { brokenleg: 5, healthyleg: 5 }, 5);
  const before = treeOf(folder);
  const words = [
    'retrain',
    '--no_report',
    '--image_dir',
    '.',
    '--model_dir',
    'm',
    '--group_by',
    'leg(1)',
  ];
  const outcome = await imgdiag(words, { cwd: folder });
  assertRefused(
    outcome,
    3,
    /group 1 in one split, found testing \(test\/.*\) and training|found training/,
  );
  assert.deepEqual(treeOf(folder), before);
});

test('when a ready-made split is tied across its parts by a group and bytes then it is refused', async (t) => {
  const folder = makeFolder(t);
  copyLegs(path.join(folder, 'train'), { brokenleg: 5, healthyleg: 5 });
  copyLegs(path.join(folder, 'test'), { brokenleg: 5, healthyleg: 5 }, 5);
  // A patient's image in training, and a copy of it without a group in the test set.
  cpSync(path.join(folder, 'train', B1), path.join(folder, 'test', 'brokenleg', 'copy.jpg'));
  const before = treeOf(folder);
  const words = [
    'retrain',
    '--no_report',
    '--image_dir',
    '.',
    '--model_dir',
    'm',
    '--group_by',
    String.raw`(leg\d+)`,
  ];
  const outcome = await imgdiag(words, { cwd: folder });
  assertRefused(
    outcome,
    3,
    /all images of group leg\d+ in one split, found some in training and testing/,
  );
  assert.deepEqual(treeOf(folder), before);
});
