// Files that cannot be used, and a run that fails for want of images: the reason comes first.

import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { makeFolder } from '../helpers/make-folder.ts';
import { imgdiag, trainedModel } from '../helpers/run-cli.ts';
import { assertRefused, copyLegs } from '../helpers/runs.ts';

const HEIC = '\0\0\0\x18ftypheic\0\0\0\0mif1heic';
const LFS = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n';

/** `count` files of each label that hold `start`, and differ. */
function makeFiles(t: TestContext, start: string, count = 5): string {
  const names = ['brokenleg', 'healthyleg'].flatMap((label) =>
    Array.from({ length: count }, (_, i) => `${label}/${i}.jpg`),
  );
  return makeFolder(t, Object.fromEntries(names.map((name) => [name, `${start}${name}`])));
}

/** The error and its hint say what was wrong with the files, before all else. */
async function assertReason(words: readonly string[], reason: RegExp, remedy: RegExp) {
  const outcome = await imgdiag(words);
  assertRefused(outcome, 3, reason);
  const [error, hint] = outcome.stderr.trimEnd().split('\n').slice(-2);
  assert.match(error, /^error: cannot use \d+ of \d+ files/);
  assert.match(error, /; expected /);
  assert.match(hint, remedy);
}

test('when no file can be used then retrain, check and evaluate say why', async (t) => {
  const model = await trainedModel();
  for (const [start, reason, remedy] of [
    [
      HEIC,
      /cannot use 10 of 10 files: .* a HEIC image \(brokenleg\/0\.jpg, .* and 7 more\);/,
      /^hint: convert/,
    ],
    [LFS, /10 of 10 files: .* a Git LFS pointer, .*; expected/, /^hint: fetch .*git lfs pull/],
  ] as const) {
    const images = ['--image_dir', makeFiles(t, start)];
    await assertReason(['retrain', ...images, '--model_dir', 'nowhere'], reason, remedy);
    await assertReason(['check', ...images], reason, remedy);
    await assertReason(
      ['evaluate', ...images, '--model_dir', model, '--no_report'],
      reason,
      remedy,
    );
  }
});

test('when links lead nowhere then it is said before any is decoded, also in a table', async (t) => {
  if (process.platform === 'win32') return t.skip('links need permission there');
  const folder = makeFolder(t);
  const rows = ['path,label'];
  for (const label of ['cats', 'dogs']) {
    mkdirSync(path.join(folder, 'i', label), { recursive: true });
    for (const number of [1, 2, 3]) {
      symlinkSync(`/gone/${label}${number}.jpg`, path.join(folder, 'i', label, `${number}.jpg`));
      rows.push(`${label}/${number}.jpg,${label}`);
    }
  }
  const images = ['--image_dir', path.join(folder, 'i')];
  const reason =
    /cannot use 6 of 6 files: it is a link that leads nowhere \(cats\/1\.jpg, .* and 3 more\);/;
  await assertReason(
    ['retrain', ...images, '--model_dir', 'nowhere'],
    reason,
    /^hint: copy .*cp -L/,
  );
  await assertReason(['manifest', ...images], reason, /^hint: copy .*cp -L/);
  writeFileSync(path.join(folder, 't.csv'), rows.join('\n'));
  const outcome = await imgdiag(['manifest', '--manifest', path.join(folder, 't.csv'), ...images]);
  assertRefused(
    outcome,
    3,
    /\(row 2 of .*\), found a link that leads nowhere; further such rows: 5$/,
  );
  assert.match(outcome.stderr, /^hint: copy .*cp -L/m);
});

test('when a gate has no images to be checked on then the reason comes first too', async (t) => {
  const folder = makeFiles(t, HEIC);
  copyLegs(folder, { healthyleg: 5 });
  const words = ['evaluate', '--image_dir', folder, '--model_dir', await trainedModel()];
  const outcome = await imgdiag([...words, '--no_report', '--min', 'sensitivity:brokenleg=0.8']);
  assert.equal(outcome.code, 5, outcome.stderr);
  assert.match(
    outcome.stderr,
    /^error: cannot use 10 files: .*HEIC.*; sensitivity:brokenleg is undefined, .*\nhint: convert .*; or relax/m,
  );
  const passed = await imgdiag([...words, '--no_report', '--min', 'sensitivity:healthyleg=1.0']);
  assert.doesNotMatch(passed.stderr, /^error: cannot use/m);
});

test('when a label has no images left then the error says what was passed over', async (t) => {
  const folder = makeFolder(t, {
    'cats/1.jpg': 'x',
    'dogs/.hidden/1.jpg': 'x',
    'eels/.DS_Store': 'x',
    'm/manifest.json': '{}',
    'm/versions/': '',
  });
  const refused = await imgdiag(['retrain', '--image_dir', folder, '--model_dir', 'nowhere']);
  const why =
    /found 1 \(cats\) \(labels without files are ignored: dogs, eels; 1 hidden or system files ignored; 1 hidden .*: \.hidden; left out, written by imgdiag: m\)$/;
  assertRefused(refused, 3, why);
});

test('when identical files are no images then the reason comes before their number', async (t) => {
  const same = ['a/1.jpg', 'a/2.jpg', 'a/3.jpg', 'b/1.jpg', 'b/2.jpg', 'b/3.jpg'];
  const folder = makeFolder(t, Object.fromEntries(same.map((name) => [name, HEIC])));
  const reason = /6 of 6 files: .*HEIC.*; expected .* 3 in only 1 independent groups$/;
  await assertReason(
    ['retrain', '--image_dir', folder, '--model_dir', 'nowhere'],
    reason,
    /convert/,
  );
});

test('when skipped files leave too few for a threshold or folds then that is said', async (t) => {
  const folder = makeFiles(t, HEIC, 3);
  copyLegs(folder, { brokenleg: 12, healthyleg: 12 });
  const words = ['retrain', '--image_dir', folder, '--model_dir', 'nowhere', '--steps', '5'];
  const files = /cannot use 6 of 30 files: .*HEIC.*; expected at least /;
  await assertReason(
    [...words, '--positive', 'brokenleg'],
    files,
    /^hint: convert .*; or add images/,
  );
  await assertReason([...words, '--folds', '13'], files, /^hint: convert .*; or use --folds/);
});

test('when classify fails on many images then the commonest reason ends the run', async (t) => {
  const words = ['classify', '--model_dir', await trainedModel()];
  const { code, stderr } = await imgdiag([...words, makeFiles(t, HEIC, 2)]);
  assert.equal(code, 3, stderr);
  const summary =
    /error: cannot use 4 of 4 files: .* a HEIC image \(.*, .*, .* and 1 more\)\nhint: convert.*\n$/;
  assert.match(stderr, summary);
  const few = await imgdiag([...words, makeFiles(t, HEIC, 1)]);
  assert.doesNotMatch(few.stderr, /cannot use/);
});
