// What one fuzz case does, and what it must never do.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sha256 } from '../../src/base/hash.ts';
import { createRandom, type Random } from '../../src/base/random.ts';
import { readCsvDataset } from '../../src/data/dataset-csv.ts';
import { openCache } from '../../src/features/cache/cache.ts';
import { type Decoder, ImageError } from '../../src/images/decode.ts';
import { createPreprocessing } from '../../src/images/preprocessing.ts';
import { ImgdiagError, openClassifier, readManifest } from '../../src/index.ts';
import { FILE_NAMES, type Manifest, versionOf } from '../../src/model/manifest.ts';
import { keyOf, SPACE, vectorOf } from '../helpers/cache-samples.ts';
import { DIAGNOSE, ROOT } from '../helpers/run-cli.ts';
import { mutate, mutateJson } from './mutate.ts';
import { strangePlaces } from './places.ts';
import { CACHED, CACHED_FEATURES, freshCopy, TABLE_SAMPLES } from './samples.ts';

/** What cases start from; `scratch` is theirs to write in. */
export interface Ground {
  readonly decoder: Decoder;
  readonly images: readonly Buffer[];
  readonly model: string;
  readonly cache: string;
  readonly scratch: string;
  /** Features of the drawn legs. */
  readonly bottlenecks: string;
}

/** Exit codes that docs and help name. */
const DOCUMENTED = [0, 2, 3, 4, 5, 6];
const SIZE = 32;
const NODES_BYTES = 12_000;

/** Runs case `number` of `seed`; throws when something happens that must not. @returns its kind */
export async function runCase(ground: Ground, seed: number, number: number): Promise<string> {
  const random = createRandom(seed, `case ${number}`);
  const kind = KINDS[random.below(KINDS.length)];
  try {
    await kind(ground, random);
  } catch (error) {
    throw new Error(`${kind.name}: ${error instanceof Error ? error.stack : error}`);
  }
  return kind.name;
}

type Kind = (ground: Ground, random: Random) => Promise<void>;

async function image({ decoder, images }: Ground, random: Random): Promise<void> {
  const bytes = mutate(pick(images, random), random, pick(images, random));
  const preprocessing = createPreprocessing({
    size: SIZE,
    damaged: random.below(2) === 0 ? 'use' : 'refuse',
    pixel_range: random.below(2) === 0 ? [0, 4095] : null,
  });
  await orRefused(async () => {
    const { pixels, width, height } = await decoder.decodeWithSize(bytes, preprocessing);
    assert.equal(pixels.length, SIZE * SIZE * 3);
    assert.ok(width >= 1 && height >= 1 && width * height <= decoder.maxPixels);
  }, ImageError);
}

async function table({ scratch }: Ground, random: Random): Promise<void> {
  const bytes = mutate(pick(TABLE_SAMPLES, random), random, pick(TABLE_SAMPLES, random));
  await orRefused(async () => {
    await readCsvDataset({ file: '-', text: bytes, imageDir: scratch });
  });
}

/** Damage that hashes show. */
async function damagedModel({ model, scratch }: Ground, random: Random): Promise<void> {
  const folder = freshCopy(model, path.join(scratch, 'model'));
  const before = await readManifest(folder);
  const files = ['manifest.json', ...FILE_NAMES.map((name) => inVersion(before, name))];
  const file = path.join(folder, pick(files, random));
  const original = readFileSync(file);
  writeFileSync(file, mutate(original, random, original));
  await orRefused(() => scoreWith(folder));
  writeFileSync(file, original);
}

/** Malice: whatever was changed has the right hash. */
async function forgedModel({ model, scratch }: Ground, random: Random): Promise<void> {
  const folder = path.join(scratch, 'forged');
  rmSync(folder, { recursive: true, force: true });
  freshCopy(model, folder);
  let manifest = await readManifest(folder);
  const old = manifest.version;
  if (random.below(3) === 0) {
    manifest = mutateJson(manifest, random) as Manifest;
    if (typeof manifest !== 'object' || manifest === null) return;
  } else {
    const name = random.below(3) === 0 ? 'head/weights.bin' : 'model.onnx';
    const file = path.join(folder, inVersion(manifest, name));
    const original = readFileSync(file);
    const inPlace = random.below(2) === 0;
    const bytes = inPlace ? flipNodes(original, random) : mutate(original, random, original);
    writeFileSync(file, bytes);
    manifest.files[name] = { bytes: bytes.length, sha256: sha256(bytes) };
  }
  const { version: _, ...content } = manifest;
  const version = versionOf(content);
  writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify({ ...content, version }));
  if (old !== version) {
    freshCopy(path.join(folder, 'versions', old), path.join(folder, 'versions', version));
  }
  await orRefused(() => scoreWith(folder));
}

/** Changes a few bytes at the beginning, where a network's nodes lie, and no length. */
function flipNodes(original: Buffer, random: Random): Buffer {
  const bytes = Buffer.from(original);
  for (let count = 1 + random.below(3); count > 0; count--) {
    bytes[random.below(Math.min(NODES_BYTES, bytes.length))] ^= 1 << random.below(8);
  }
  return bytes;
}

async function damagedCache({ cache, scratch }: Ground, random: Random): Promise<void> {
  const root = path.join(scratch, 'cache');
  rmSync(root, { recursive: true, force: true });
  freshCopy(cache, root);
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  const file = pick(files, random);
  writeFileSync(file, mutate(readFileSync(file), random, readFileSync(pick(files, random))));
  const opened = await openCache({ root, space: SPACE, featureSize: CACHED_FEATURES });
  for (let image = 0; image < CACHED; image++) {
    const vector = opened.get(keyOf(image));
    if (vector !== undefined) assert.deepEqual(vector, vectorOf(image, CACHED_FEATURES));
  }
  await opened.put(keyOf(CACHED), vectorOf(CACHED, CACHED_FEATURES));
  await opened.close();
}

/** The program itself: exit codes, and what it prints. */
async function commandLine({ images, model, scratch }: Ground, random: Random): Promise<void> {
  const file = path.join(scratch, 'file');
  const isTable = random.below(3) === 0;
  const samples = isTable ? TABLE_SAMPLES : images;
  writeFileSync(file, mutate(pick(samples, random), random, pick(samples, random)));
  const words = isTable
    ? ['manifest', '--manifest', file, '--image_dir', scratch]
    : ['classify', '--json', '--model_dir', model, file];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(ROOT, 'bin', 'imgdiag.mjs'), ...words],
    { encoding: 'utf8', timeout: 20_000 },
  );
  assert.ok(DOCUMENTED.includes(status ?? -1), `exit code ${status}: ${stderr}`);
  assert.doesNotMatch(stderr, /^ {4}at |undefined|\[object/m);
  if (!isTable) JSON.parse(stdout);
}

const KINDS: readonly Kind[] = [
  ...Array<Kind>(50).fill(image),
  ...Array<Kind>(14).fill(table),
  ...Array<Kind>(10).fill(damagedModel),
  ...Array<Kind>(14).fill(forgedModel),
  ...Array<Kind>(10).fill(damagedCache),
  ...Array<Kind>(2).fill(commandLine),
  ...(process.platform === 'win32' ? [] : Array<Kind>(4).fill(strangePlaces)),
];

/** Opens the model and scores an image with it. */
async function scoreWith(folder: string): Promise<void> {
  const classifier = await openClassifier({ modelDir: folder, engine: 'onnx' }, () => {});
  try {
    const { size } = classifier.manifest.preprocessing;
    const { probabilities } = await classifier.predict(new Uint8Array(size * size * 3), 1);
    assert.equal(probabilities.length, classifier.manifest.labels.length);
  } finally {
    await classifier.dispose();
  }
}

/** An error must be one of ours, with a remedy, in words. */
async function orRefused(
  work: () => Promise<void>,
  type: abstract new (...args: never[]) => ImgdiagError = ImgdiagError,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof type)) throw error;
    assert.ok(error.hint, `no hint: ${error.message}`);
    assert.doesNotMatch(`${error.message} ${error.hint}`, /undefined|\[object/);
  }
}

function inVersion({ version }: Manifest, name: string): string {
  return path.join('versions', version, name);
}

function pick<T>(items: readonly T[], random: Random): T {
  return items[random.below(items.length)];
}

/** An image of the fixtures, so that the folder of tables is not empty. */
export const SOME_IMAGE = path.join(DIAGNOSE, 'leg005.jpg');
