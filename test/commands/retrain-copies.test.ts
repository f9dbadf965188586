// Copies that were saved again, across splits: found, told, and kept together by the remedy named.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import sharp from 'sharp';
import { retrain } from '../../src/index.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { makeScene } from '../helpers/make-sketch.ts';
import { imgdiag, TEST_CACHE } from '../helpers/run-cli.ts';
import { succeed } from '../helpers/runs.ts';

const SIDE = 96;
const GIVEN = ['--l2', '0.1'];

function draw(seed: number): ReturnType<typeof sharp> {
  const scene = makeScene(seed);
  const pixels = Buffer.alloc(SIDE * SIDE);
  for (let at = 0; at < pixels.length; at++) {
    const x = ((at % SIDE) / SIDE - 0.5) * 2;
    const y = (Math.floor(at / SIDE) / SIDE - 0.5) * 2;
    pixels[at] = scene(x, y);
  }
  return sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 1 } });
}

/** @param names `folder/label/name`, each with the seed of what it shows and whether it is a copy */
async function makeImages(
  t: TestContext,
  names: Readonly<Record<string, readonly [seed: number, copy: boolean]>>,
): Promise<string> {
  const folder = makeFolder(t);
  for (const [name, [seed, copy]] of Object.entries(names)) {
    const file = path.join(folder, 'images', name);
    mkdirSync(path.dirname(file), { recursive: true });
    const image = draw(seed);
    writeFileSync(file, await (copy ? image.jpeg({ quality: 85 }) : image.png()).toBuffer());
  }
  return folder;
}

const numbers = Array.from({ length: 20 }, (_, i) => i);

/** Every image of label `a` with a copy, named as augmentation scripts name it. */
function augmented(t: TestContext): Promise<string> {
  return makeImages(
    t,
    Object.fromEntries(
      numbers.flatMap((n) => [
        [`a/${n}.png`, [n, false] as const],
        [`a/${n}_aug_1.jpg`, [n, true] as const],
        [`b/x${n}.png`, [100 + n, false] as const],
      ]),
    ),
  );
}

/** Copies with names of their own, on the other side of a ready-made split. */
function readyMade(t: TestContext): Promise<string> {
  return makeImages(
    t,
    Object.fromEntries(
      numbers.flatMap((n) => [
        [`train/a/p${n}.png`, [n, false] as const],
        [`train/b/q${n}.png`, [100 + n, false] as const],
        [`test/a/r${n}.jpg`, n < 4 ? ([n, true] as const) : ([200 + n, false] as const)],
        [`test/b/s${n}.png`, [300 + n, false] as const],
      ]),
    ),
  );
}

test('when names tell of copies then the pattern that is named keeps them together', async (t) => {
  const folder = await augmented(t);
  const words = ['retrain', '--image_dir', path.join(folder, 'images'), ...GIVEN, '--no_images'];
  const model = path.join(folder, 'm');
  const { stderr, lines } = await succeed([...words, '--model_dir', model]);
  const at = lines.findIndex((line) => / near-duplicate in an earlier split/.test(line));
  assert.match(
    lines[at],
    /^warning: \d+ images have a near-duplicate in an earlier split \(.*\), so metrics on them are optimistic: a\/\d+\S* and a\/\d+\S* \(re-encoded\), .* and \d+ more$/,
  );
  assert.match(
    stderr,
    /^no file is in two splits byte for byte; near-duplicates were found \(see the warning\); /m,
  );
  const pattern = /^hint: --group_by '(.+)' keeps /.exec(lines[at + 1])?.[1];
  assert.ok(pattern, stderr);
  const list = readFileSync(path.join(folder, 'm_report', 'near_duplicates.csv'), 'utf8');
  assert.match(list, /^path,split,fold,near_duplicate_of,its_split,its_fold,relation\n"a\//);
  const saved = JSON.parse(readFileSync(path.join(folder, 'm_report', 'evaluation.json'), 'utf8'));
  const { validation, testing } = saved.near_duplicates.images;
  assert.equal(list.trim().split('\n').length - 1, validation + testing);
  const page = readFileSync(path.join(folder, 'm_report', 'index.html'), 'utf8');
  assert.match(page, /have a duplicate in an earlier split/);
  assert.match(
    page,
    new RegExp(`earlier split: ${validation} of validation, ${testing} of testing`),
  );

  const again = await succeed([...words, '--model_dir', model]);
  assert.match(
    again.stderr,
    / near-duplicate in an earlier split/,
    'also when nothing has changed',
  );
  const mended = await succeed([...words, '--model_dir', model, '--group_by', pattern]);
  assert.doesNotMatch(mended.stderr, /earlier split/);
  assert.match(mended.stderr, /groups; no (likely )?near-duplicate was found/m);
  assert.ok(!existsSync(path.join(folder, 'm_report', 'near_duplicates.csv')), 'the old list');
});

test('when copies cross a ready-made split then they are listed, with what to do', async (t) => {
  const folder = await readyMade(t);
  const images = [
    '--image_dir',
    path.join(folder, 'images'),
    '--model_dir',
    path.join(folder, 'm'),
  ];
  const gate = ['--min', 'accuracy=1', '--max', 'ece=0'];
  const { stderr, code } = await imgdiag(['retrain', '--no_report', ...images, ...gate, ...GIVEN]);
  assert.equal(code, 5, stderr);
  assert.match(
    stderr,
    /^warning: 4 images have a near-duplicate in an earlier split \(4 of testing\)/m,
  );
  assert.match(
    stderr,
    /^hint: move them into one split \(\S+near_duplicates\.csv lists .* as --image_dir/m,
  );
  const list = readFileSync(path.join(folder, 'm_report', 'near_duplicates.csv'), 'utf8');
  assert.equal(list.trim().split('\n').length, 5);
  assert.match(
    list,
    /^"test\/a\/r0\.jpg","testing",,"train\/a\/p0\.png","training",,"re-encoded"$/m,
  );
});

test('when there are folds and no test images then copies in two folds are told', async (t) => {
  const folder = await augmented(t);
  const said: string[] = [];
  const { nearDuplicates } = await retrain(
    {
      image_dir: path.join(folder, 'images'),
      model_dir: path.join(folder, 'm'),
      bottleneck_dir: TEST_CACHE,
      testing_percentage: 0,
      validation_percentage: 0,
      folds: 3,
      no_report: true,
      l2: 0.1,
    },
    { onMessage: (level, text) => said.push(`${level}: ${text}`) },
  );
  assert.ok(nearDuplicates, 'they were looked for');
  assert.ok(nearDuplicates.pairs.length >= 8, `${nearDuplicates.pairs.length}`);
  for (const { image, copyOf } of nearDuplicates.pairs) assert.notEqual(image.fold, copyOf.fold);
  const warning = said.find((line) => /near-duplicates in different folds: \d+, so/.test(line));
  assert.ok(warning?.startsWith('warning: '), said.join('\n'));
});

test('when TensorFlow.js computes then copies are found as well', async (t) => {
  const folder = await readyMade(t);
  const words = ['--engine', 'tfjs', '--no_report', '--model_dir', path.join(folder, 'm')];
  const images = ['--image_dir', path.join(folder, 'images'), ...GIVEN];
  const { stderr } = await succeed(['retrain', ...words, ...images]);
  assert.match(stderr, /^warning: 4 images have a near-duplicate in an earlier split/m);
});
