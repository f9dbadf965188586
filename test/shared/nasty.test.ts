// Every file of the collection of hostile ones: a result with the right pixels, or one clear sentence.

import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import sharp from 'sharp';
import { ImageError, loadDecoder } from '../../src/images/decode.ts';
import { sniffFormat } from '../../src/images/formats.ts';
import { createPreprocessing } from '../../src/images/preprocessing.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { decodeOtherwise } from '../helpers/other-decoders.ts';
import { HEALTHDIAG, imgdiag, ROOT, trainedModel } from '../helpers/run-cli.ts';

/**
 * `image`: read, within `difference` of another decoder's pixels, unless no other one reads it
 * (`reference: none`: animated WebP, an AVIF with HDR, CIELAB and CMYK TIFF; looked at instead).
 * CMYK differs by more, since jpeg-js knows no inks' profile. `damaged`: refused, but read with
 * `--damaged use`. `refused`: never read; the message begins as it `says`.
 */
interface Expected {
  readonly outcome: 'image' | 'damaged' | 'refused';
  readonly reference?: 'none';
  /** Mean over all values, of 255; default 2. */
  readonly difference?: number;
  readonly code?: string;
  readonly says?: string;
}

const SHARED = path.join(ROOT, '..', 'shared', 'data');
const NASTY = path.join(SHARED, 'nasty');
const DICOM = path.join(SHARED, 'dicom');
const OUTCOMES = JSON.parse(
  readFileSync(path.join(import.meta.dirname, 'nasty-outcomes.json'), 'utf8'),
) as Record<string, Expected>;
const absent = (folder: string) =>
  existsSync(folder) ? false : `${path.relative(ROOT, folder)} is absent`;
const files = Object.keys(OUTCOMES);
/** Loaded before the program: it prints its peak memory at its end. */
const PRINT_RSS = path.join(ROOT, 'test', 'bench', 'print-usage.mjs');
const SIZE = 224;

interface JsonPrediction {
  file: string;
  score?: number;
  error?: { code: string; message: string };
}

function assertLittleMemory(stderr: string) {
  const peak = Number(/peak RSS (\d+) MB/.exec(stderr)?.[1]);
  assert.ok(peak < 1000, `${peak} MB`);
}

/** What classify says of every file of the collection, by name. */
async function classifyAll(model: string) {
  const inputs = files.map((file) => path.join(NASTY, file));
  const { code, stdout, stderr } = await imgdiag(
    ['classify', '--json', '--model_dir', model, ...inputs],
    { imports: [PRINT_RSS] },
  );
  assert.equal(code, 3, stderr);
  assertLittleMemory(stderr);
  assert.doesNotMatch(stderr, /^ {4}at |undefined|\[object/m);
  const predictions = JSON.parse(stdout) as JsonPrediction[];
  const byName = new Map(predictions.map((one) => [path.basename(one.file), one]));
  assert.equal(byName.size, files.length);
  return { byName, stderr };
}

function assertOutcome(file: string, found: JsonPrediction | undefined, damagedToo: boolean) {
  const { outcome, code, says } = OUTCOMES[file];
  if (outcome === 'image' || (outcome === 'damaged' && damagedToo)) {
    assert.ok(found?.score !== undefined && Number.isFinite(found.score), file);
    return;
  }
  assert.equal(found?.error?.code, code ?? 'image_damaged', file);
  assert.ok(found?.error?.message.startsWith(says ?? 'the '), `${file}: ${found?.error?.message}`);
}

/** The drawn legs, with the collection dealt out between the two labels. */
function makeNastyFolder(t: test.TestContext): string {
  const folder = makeFolder(t);
  const labels = ['brokenleg', 'healthyleg'];
  for (const label of labels) {
    cpSync(path.join(HEALTHDIAG, label), path.join(folder, 'images', label), { recursive: true });
  }
  for (const [index, file] of files.entries()) {
    cpSync(path.join(NASTY, file), path.join(folder, 'images', labels[index % 2], file));
  }
  return folder;
}

/** Trains on it; returns the model and what was told. */
async function retrainNasty(folder: string, ...words: string[]) {
  const model = path.join(folder, `model${words.join('')}`);
  const outcome = await imgdiag(
    ['retrain', '--image_dir', path.join(folder, 'images'), '--model_dir', model, ...words],
    { imports: [PRINT_RSS] },
  );
  assert.equal(outcome.code, 0, outcome.stderr);
  assertLittleMemory(outcome.stderr);
  const named = (pattern: RegExp) =>
    [...outcome.stderr.matchAll(pattern)].map(([, file]) => path.basename(file)).sort();
  return {
    model,
    skipped: named(/^warning: skipped (.*?): .+ \(.+\)$/gm),
    warned: named(/^warning: (.*): truncated or damaged, but used anyway/gm),
  };
}

const withOutcome = (...outcomes: Expected['outcome'][]) =>
  files.filter((file) => outcomes.includes(OUTCOMES[file].outcome)).sort();

test('the table names every file of the collection', { skip: absent(NASTY) }, () => {
  assert.deepEqual(
    [...files].sort(),
    readdirSync(NASTY)
      .filter((file) => file !== 'SOURCE.md')
      .sort(),
  );
});

test('classify gives each file a score, or one sentence', { skip: absent(NASTY) }, async () => {
  const { byName, stderr } = await classifyAll(await trainedModel());
  for (const file of files) assertOutcome(file, byName.get(file), false);
  assert.doesNotMatch(stderr, /used anyway/);
});

test('retrain skips by name what cannot be used, and trains on the rest', {
  skip: absent(NASTY),
}, async (t) => {
  const folder = makeNastyFolder(t);
  const strict = await retrainNasty(folder);
  assert.deepEqual(strict.skipped, withOutcome('damaged', 'refused'));
  assert.deepEqual(strict.warned, []);

  const lenient = await retrainNasty(folder, '--damaged=use');
  assert.deepEqual(lenient.skipped, withOutcome('refused'));
  assert.deepEqual(lenient.warned, withOutcome('damaged'));
  const { byName, stderr } = await classifyAll(lenient.model);
  for (const file of files) assertOutcome(file, byName.get(file), true);
  for (const file of withOutcome('damaged')) {
    assert.ok(stderr.includes(`${file}: truncated or damaged, but used anyway`), file);
  }
});

test('the pixels are those that another decoder finds', { skip: absent(NASTY) }, async (t) => {
  const decoder = await loadDecoder();
  const preprocessing = createPreprocessing({ size: SIZE });
  let compared = 0;
  for (const file of withOutcome('image')) {
    const bytes = readFileSync(path.join(NASTY, file));
    const { reference, difference = 2 } = OUTCOMES[file];
    if (reference === 'none') continue;
    const other = await decodeOtherwise(bytes, sniffFormat(bytes));
    assert.ok(other, `${file}: no other decoder reads it`);
    const { data, width, height } = other;
    const copy = await sharp(data, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer();
    const [found, expected] = [
      await decoder.decode(bytes, preprocessing),
      await decoder.decode(copy, preprocessing),
    ];
    const sum = found.reduce((total, value, i) => total + Math.abs(value - expected[i]), 0);
    const mean = sum / found.length;
    assert.ok(mean <= difference, `${file} differs by ${mean.toFixed(2)}`);
    compared++;
  }
  t.diagnostic(`${compared} images compared`);
});

test('one scene in any EXIF orientation gets the same score', { skip: absent(NASTY) }, async () => {
  for (const scene of ['Landscape', 'Portrait']) {
    const names = files.filter((file) => file.startsWith(`exif__${scene}_`));
    assert.ok(names.length > 2);
    const words = ['classify', '--json', '--model_dir', await trainedModel()];
    const { stdout } = await imgdiag([...words, ...names.map((name) => path.join(NASTY, name))]);
    const scores = (JSON.parse(stdout) as JsonPrediction[]).map(({ score }) => score as number);
    assert.ok(Math.max(...scores) - Math.min(...scores) <= 0.01, `${scene}: ${scores}`);
  }
});

test('every DICOM file is refused by name, with a converter', { skip: absent(DICOM) }, async () => {
  const decoder = await loadDecoder();
  for (const file of readdirSync(DICOM).filter((name) => name.endsWith('.dcm'))) {
    const bytes = readFileSync(path.join(DICOM, file));
    await assert.rejects(decoder.decode(bytes, createPreprocessing({ size: SIZE })), (error) => {
      assert.ok(error instanceof ImageError, file);
      assert.equal(error.message, 'expected an image, found a DICOM file', file);
      assert.match(error.hint ?? '', /dcm2img FILE FILE\.png/);
      return true;
    });
  }
});
