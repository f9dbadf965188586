// --extractor auto at the command line, on some of the drawn legs.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { EXIT } from '../../src/base/errors.ts';
import type { ExtractorChoice } from '../../src/model/evaluation-file.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { imgdiag } from '../helpers/run-cli.ts';
import {
  assertRefused,
  bytesOf,
  copyLegs,
  manifestOf,
  scoresOf,
  succeed,
} from '../helpers/runs.ts';

function someLegs(t: TestContext, counts = { brokenleg: 10, healthyleg: 10 }): string {
  const folder = makeFolder(t);
  copyLegs(path.join(folder, 'legs'), counts);
  return folder;
}

const AUTO = ['retrain', '--image_dir', 'legs', '--extractor', 'auto'];

function choiceIn(folder: string): ExtractorChoice {
  return JSON.parse(readFileSync(path.join(folder, 'evaluation.json'), 'utf8')).extractor_choice;
}

test('when the extractor is auto then the table is printed, recorded and in the report, and the model is whole', async (t) => {
  const cwd = someLegs(t);
  const words = [...AUTO, '--testing_percentage', '0', '--model_dir'];
  const { stdout, stderr, lines } = await succeed([...words, 'm'], { cwd });
  const heading = lines.findIndex((line) => line.startsWith('network  '));
  assert.match(
    lines[heading],
    /^network +pixels +multiply-adds +ms an image +log loss +difference to the best$/,
  );
  const rows = lines.slice(heading + 1, heading + 5).map((line) => line.split(/ {2,}/));
  assert.deepEqual(
    rows.map((cells) => cells.slice(0, 3)),
    [
      ['mobilenet_v1_025_224', '224', '41 M'],
      ['efficientnet_lite0_224', '224', '407 M'],
      ['efficientnet_lite0_224', '320', '831 M'],
      ['efficientnet_lite2_260', '260', '899 M'],
    ],
  );
  for (const cells of rows) {
    assert.match(
      cells.slice(3).join('|'),
      /^\d+\.\d\|\d\.\d{4}\|(the best|\d\.\d{4} \+- \d\.\d{4})(\|kept)?$/,
    );
  }
  const { networks, images } = choiceIn(path.join(cwd, 'm_report'));
  assert.equal(images, 20);
  const [kept, ...others] = networks.filter((one) => one.kept);
  assert.deepEqual(others, []);
  assert.equal(
    rows.findIndex((cells) => cells.at(-1) === 'kept'),
    networks.indexOf(kept),
  );
  assert.ok(
    lines[heading + 5].startsWith(`kept ${kept.id} at ${kept.image_size} pixels: it `),
    lines[heading + 5],
  );
  assert.match(stdout, /also used to choose the network and the L2 strength/);

  const manifest = await manifestOf(path.join(cwd, 'm'));
  assert.deepEqual(
    [manifest.extractor.id, manifest.preprocessing.size, manifest.options.extractor],
    [kept.id, kept.image_size, 'auto'],
  );
  assert.equal(manifest.options.image_size, null);
  const page = readFileSync(path.join(cwd, 'm_report', 'index.html'), 'utf8');
  assert.match(page, /<h2 id="extractor-heading">Choice of the network<\/h2>/);
  assert.match(page, new RegExp(`${kept.id} \\(kept\\)</th><td>${kept.image_size}</td>`));
  assert.doesNotMatch(page, /ms an image/);

  await t.test(
    'a second run finds nothing changed, and another folder gets the same bytes',
    async () => {
      assert.match(
        (await succeed([...words, 'm'], { cwd })).stderr,
        /^nothing has changed since m /m,
      );
      await succeed([...words, 'other'], { cwd });
      assert.deepEqual(bytesOf(path.join(cwd, 'other')), bytesOf(path.join(cwd, 'm')));
    },
  );
  await t.test('--like chooses again, and a name beside it is taken', async () => {
    const like = [
      'retrain',
      '--image_dir',
      'legs',
      '--no_report',
      '--like',
      'm',
      '--model_dir',
      'n',
    ];
    const again = await succeed(like, { cwd });
    assert.match(again.stderr, /^options of m: .*--extractor auto/m);
    assert.match(again.stderr, /^kept \S+ at \d+ pixels: /m);
    const named = await succeed([...like, '--extractor', 'mobilenet_v1_025_224'], { cwd });
    assert.doesNotMatch(named.stderr, /^kept /m);
  });
  await t.test('it classifies as any other model', async () => {
    const [scores] = await scoresOf(path.join(cwd, 'm'), [path.join(cwd, 'legs', 'brokenleg')]);
    assert.ok(Math.abs(scores.brokenleg + scores.healthyleg - 1) < 1e-6, JSON.stringify(scores));
  });
  assert.equal(stderr.includes('undefined'), false);
});

test('when there are folds, augmentation and a size then each network is compared at that size in each fold', async (t) => {
  const cwd = someLegs(t);
  const words = [...AUTO, '--no_report', '--folds', '2', '--image_size', '96', '--model_dir', 'm'];
  const { lines } = await succeed([...words, '--flip_left_right', '--augment_copies', '1'], {
    cwd,
  });
  const { version } = await manifestOf(path.join(cwd, 'm'));
  const { networks } = choiceIn(path.join(cwd, 'm', 'versions', version));
  assert.deepEqual(
    networks.map(({ image_size }) => image_size),
    [96, 96, 96],
  );
  assert.equal(
    networks.reduce((sum, one) => sum + (one.kept_in_folds ?? Number.NaN), 0),
    2,
  );
  assert.ok(
    lines.some((line) => line.startsWith('augmentation: 1 variants of each of')),
    'variants',
  );
});

for (const [name, words] of [
  ['init_from', ['--init_from', 'm']],
  ['embedding', ['--embedding', 'pool']],
] as const) {
  test(`when the extractor is auto then --${name} is refused, since it goes with one network`, async (t) => {
    const cwd = someLegs(t, { brokenleg: 2, healthyleg: 2 });
    const outcome = await imgdiag([...AUTO, ...words], { cwd });
    assertRefused(
      outcome,
      EXIT.usage,
      new RegExp(`expected one of --extractor auto and --${name}, found both`),
    );
  });
}

test('when check is to use auto then it is refused', async (t) => {
  const cwd = someLegs(t, { brokenleg: 2, healthyleg: 2 });
  const outcome = await imgdiag(['check', '--image_dir', 'legs', '--extractor', 'auto'], { cwd });
  assertRefused(outcome, EXIT.usage, /expected --extractor to name one network, found auto$/);
});

test('when a label has a single image then auto is refused before any network is run', async (t) => {
  const cwd = someLegs(t, { brokenleg: 1, healthyleg: 4 });
  const all = ['--testing_percentage', '0', '--validation_percentage', '0'];
  const outcome = await imgdiag([...AUTO, ...all], { cwd });
  assertRefused(
    outcome,
    EXIT.input,
    /at least 2 independent groups of label brokenleg to compare networks on, found 1/,
  );
  assert.doesNotMatch(outcome.stderr, /extracting features/);
});
