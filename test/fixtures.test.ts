// The drawn images: reproducible, small, and neither trivial nor hopeless to tell apart.

import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { BROKEN, generateFixtures, HEALTHY } from '../fixtures/generate.ts';
import { createRandom } from '../src/base/random.ts';
import { crossValidate, type Example, fitLogistic } from './helpers/fixtures-logistic.ts';
import { openExtractor } from './helpers/open-extractor.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FIXTURES = join(ROOT, 'fixtures');
const PER_LABEL = 40;
const LARGEST_FILE = 15_000; // bytes
const SIDE = 224; // pixels
const FOLDS = 5;
const SEEDS = [1, 2, 3, 4, 5];
const PIXEL_TOLERANCE = 2; // of 255
const DIAGNOSE = [
  'leg001.jpg',
  'leg002.jpg',
  'leg003.png',
  'leg004.jpg',
  'leg005.jpg',
  'leg006.jpg',
  'leg009.jpg',
  'leg010.jpg',
];

const list = async (folder: string) => (await readdir(join(FIXTURES, folder))).sort();

async function listAll(): Promise<{ path: string; label: number | undefined }[]> {
  const below = async (folder: string, label: number | undefined) =>
    (await list(folder)).map((name) => ({ path: `${folder}/${name}`, label }));
  return [
    ...(await below('diagnose', undefined)),
    ...(await below(`healthdiag/${BROKEN}`, 1)),
    ...(await below(`healthdiag/${HEALTHY}`, 0)),
  ];
}

const decodeSquare = (path: string) =>
  sharp(join(FIXTURES, path))
    .resize(SIDE, SIDE, { fit: 'fill', kernel: 'linear', fastShrinkOnLoad: false })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer();

/** Mean, variance, width, height: all that can be known of an image without looking at it. */
async function measureProperties(path: string): Promise<Float64Array> {
  const { data, info } = await sharp(join(FIXTURES, path))
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  const variance = data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length;
  return Float64Array.of(mean, variance, info.width, info.height);
}

describe('the files', () => {
  test('are 40 a label and the eight images of the example', async () => {
    const broken = await list(`healthdiag/${BROKEN}`);
    const healthy = await list(`healthdiag/${HEALTHY}`);
    assert.equal(broken.length, PER_LABEL);
    assert.equal(healthy.length, PER_LABEL);
    assert.equal(new Set([...broken, ...healthy]).size, 2 * PER_LABEL, 'a name names one leg');
    assert.deepEqual(await list('diagnose'), DIAGNOSE);
    assert.deepEqual(await list('healthdiag'), [BROKEN, HEALTHY]);
  });

  test('hold at most 15 kB, differ from each other, and are what their names say', async () => {
    const seen = new Map<string, string>();
    for (const { path } of await listAll()) {
      const bytes = await readFile(join(FIXTURES, path));
      assert.ok(bytes.length <= LARGEST_FILE, `${path} has ${bytes.length} bytes`);
      assert.equal(seen.get(bytes.toString('base64')), undefined, `${path} is a copy`);
      seen.set(bytes.toString('base64'), path);
      const { format } = await sharp(bytes).metadata();
      assert.equal(format, path.endsWith('.png') ? 'png' : 'jpeg', path);
    }
  });

  test('come out of the generator again', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'imgdiag-fixtures-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const written = await generateFixtures(folder);
    assert.deepEqual(
      written,
      (await listAll()).map(({ path }) => path),
    );
    const lock = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8'));
    const sameEncoder =
      process.platform === 'linux' &&
      process.arch === 'x64' &&
      lock.packages['node_modules/sharp'].version === sharp.versions.sharp;
    for (const path of written) {
      const again = await readFile(join(folder, path));
      const kept = await readFile(join(FIXTURES, path));
      if (sameEncoder) {
        assert.ok(again.equals(kept), `${path} differs from the committed file`);
        continue;
      }
      const pixels = await sharp(kept).raw().toBuffer();
      const drawn = await sharp(again).raw().toBuffer();
      assert.equal(drawn.length, pixels.length, path);
      const apart = pixels.reduce((most, v, i) => Math.max(most, Math.abs(v - drawn[i])), 0);
      assert.ok(apart <= PIXEL_TOLERANCE, `${path} differs by ${apart} of 255`);
    }
  });
});

describe('the task', () => {
  const features: Example[] = [];
  const properties: Example[] = [];
  const diagnosed: Record<string, Float64Array> = {};

  before(async () => {
    const extractor = await openExtractor(
      { name: 'mobilenet_v1_025_224', imageSize: SIDE, engine: 'auto' },
      () => {},
    );
    for (const { path, label } of await listAll()) {
      const row = Float64Array.from(await extractor.embed(await decodeSquare(path), 1));
      if (label === undefined) {
        diagnosed[path] = row;
      } else {
        features.push({ row, label });
        properties.push({ row: await measureProperties(path), label });
      }
    }
    await extractor.dispose();
  });

  for (const seed of SEEDS) {
    test(`is learnt from features but not from properties of a file (folds ${seed})`, (t) => {
      const folds = () => createRandom(seed, 'fixture folds');
      const learnt = crossValidate(features, FOLDS, folds());
      const guessed = crossValidate(properties, FOLDS, folds());
      t.diagnostic(`features ${learnt.toFixed(4)}, properties ${guessed.toFixed(4)}`);
      assert.ok(learnt >= 0.85, `${learnt} of the legs sorted right by features`);
      assert.ok(learnt < 1, 'a task without a single mistake shows nothing');
      assert.ok(guessed <= 0.65, `${guessed} of the legs sorted right by file properties`);
    });

    test(`leaves no doubt about leg005 and leg009 (four fifths ${seed})`, (t) => {
      const shuffled = createRandom(seed, 'fixture subset').shuffle([...features]);
      const score = fitLogistic(shuffled.slice(0, (shuffled.length * 4) / 5));
      const broken = score(diagnosed['diagnose/leg005.jpg']);
      const healthy = 1 - score(diagnosed['diagnose/leg009.jpg']);
      t.diagnostic(`leg005 broken ${broken.toFixed(3)}, leg009 healthy ${healthy.toFixed(3)}`);
      assert.ok(broken > 0.85, `leg005 broken ${broken}`);
      assert.ok(healthy > 0.85, `leg009 healthy ${healthy}`);
    });
  }
});
