import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import sharp from 'sharp';
import { UnfitError, UsageError } from '../../src/base/errors.ts';
import { createRandom } from '../../src/base/random.ts';
import { openClassifier } from '../../src/classify/classifier.ts';
import { explainImage } from '../../src/classify/explain.ts';
import { activationMap, meanOverPositions } from '../../src/head/activation-map.ts';
import { loadDecoder } from '../../src/images/decode.ts';
import type { HeatMap } from '../../src/images/heat.ts';
import { retrain } from '../../src/job/retrain.ts';
import { readModel } from '../../src/model/read.ts';
import { HEAD_WEIGHTS, savedHead } from '../../src/model/saved-head.ts';
import { openSession } from '../../src/network/onnx/session.ts';
import { RETRAIN_DEFAULTS } from '../../src/options/commands.ts';
import { FAST } from '../helpers/fast.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { DIAGNOSE, HEALTHDIAG, LEG005, TEST_CACHE, trainedModel } from '../helpers/run-cli.ts';

const decoder = await loadDecoder();
const LEGS = readdirSync(DIAGNOSE).map((name) => path.join(DIAGNOSE, name));

async function train(t: TestContext, image_dir: string, hidden_units = 0): Promise<string> {
  const model_dir = path.join(makeFolder(t), 'model');
  const options = { ...RETRAIN_DEFAULTS, image_dir, model_dir, hidden_units, l2: 0.1 };
  await retrain({ ...options, bottleneck_dir: TEST_CACHE, extractor: FAST });
  return model_dir;
}

const open = (modelDir: string) => openClassifier({ modelDir, engine: 'onnx' }, assert.fail);

/** Asserts, for every fixture leg, that the map adds up to what the saved network says. */
async function assertAddsUp(modelDir: string): Promise<void> {
  const model = await readModel(modelDir, ['model.onnx', HEAD_WEIGHTS]);
  const head = savedHead(model);
  const { labels, preprocessing } = model.manifest;
  const session = await openSession(model.files.get('model.onnx') as Uint8Array);
  for (const leg of LEGS) {
    const pixels = await decoder.decode(readFileSync(leg), preprocessing);
    const found = await session.run(pixels, 1, ['logits', 'embedding', 'feature_map']);
    const [, channels, height, width] = found.feature_map.shape;
    assert.deepEqual([channels, height, width], [256, 7, 7]);
    const map = { channels, height, width, data: found.feature_map.data };
    for (const [c, mean] of meanOverPositions(map).entries()) {
      assert.ok(Math.abs(mean - found.embedding.data[c]) < 1e-5, `${leg}: feature ${c}`);
    }
    const logits = [...found.logits.data];
    const centre = logits.reduce((sum, logit) => sum + logit, 0) / logits.length;
    for (const label of labels.keys()) {
      const { values, bias } = activationMap(head, map, label);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const error = Math.abs(mean + bias - (logits[label] - centre));
      assert.ok(error < 1e-4, `${leg}, ${labels[label]}: ${error}`);
    }
  }
  await session.dispose();
}

test('the map of every leg adds up to the centred logit of the saved network, to 1e-4', async () => {
  await assertAddsUp(await trainedModel());
});

test('with hidden units as well, but the map is called approximate', async (t) => {
  const modelDir = await train(t, HEALTHDIAG, 16);
  await assertAddsUp(modelDir);
  const classifier = await open(modelDir);
  const { legend } = await explainImage(readFileSync(LEG005), classifier, decoder);
  await classifier.dispose();
  assert.equal(legend.approximate, true);
});

test('the best label is explained, or the one asked for; the scores are those of classify', async () => {
  const classifier = await open(await trainedModel());
  const bytes = readFileSync(LEG005);
  const best = await explainImage(bytes, classifier, decoder);
  const other = await explainImage(bytes, classifier, decoder, 'healthyleg');
  const pixels = await decoder.decode(bytes, classifier.manifest.preprocessing);
  const [broken, healthy] = (await classifier.predict(pixels, 1)).probabilities;
  assert.deepEqual(best.scores, [
    { label: 'brokenleg', score: broken },
    { label: 'healthyleg', score: healthy },
  ]);
  assert.deepEqual(best.legend, {
    label: 'brokenleg',
    score: broken,
    rank: 1,
    labels: 2,
    approximate: false,
  });
  assert.deepEqual([other.legend.label, other.legend.rank], ['healthyleg', 2]);
  // Of two labels, what speaks for one speaks against the other.
  for (const [at, value] of Array.from(best.heat.values).entries()) {
    assert.ok(Math.abs(value + other.heat.values[at]) < 1e-9);
    assert.equal(value, best.map.values[at] + best.map.bias);
  }
  await assert.rejects(
    explainImage(bytes, classifier, decoder, 'arm'),
    (error) => error instanceof UsageError && /brokenleg, healthyleg/.test(error.hint ?? ''),
  );
  await classifier.dispose();
});

test('TensorFlow.js has no map to explain by, and the error says what has', async () => {
  const options = { modelDir: await trainedModel(), engine: 'tfjs' } as const;
  const classifier = await openClassifier(options, assert.fail);
  await assert.rejects(
    explainImage(readFileSync(LEG005), classifier, decoder),
    (error) => error instanceof UnfitError && /--engine onnx/.test(error.hint ?? ''),
  );
  await classifier.dispose();
});

const SIDE = 224;
const OBJECT = 64;

/** Grey noise, with a checkered square whose upper left corner is at `place`. */
function makeImage(seed: number, place?: readonly [x: number, y: number]): Buffer {
  const random = createRandom(seed, 'noise');
  const pixels = Buffer.alloc(SIDE * SIDE * 3);
  for (let at = 0; at < pixels.length; at += 3) pixels.fill(90 + random.below(40), at, at + 3);
  if (place === undefined) return pixels;
  for (let y = 0; y < OBJECT; y++) {
    for (let x = 0; x < OBJECT; x++) {
      const value = (Math.floor(x / 8) + Math.floor(y / 8)) % 2 === 0 ? 250 : 10;
      const at = 3 * ((place[1] + y) * SIDE + place[0] + x);
      pixels.fill(value, at, at + 3);
    }
  }
  return pixels;
}

const pngOf = (pixels: Buffer) =>
  sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 3 } })
    .png()
    .toBuffer();

/** Centre of the strongest evidence for the label, in pixels of the image. */
function centreOfHeat({ width, height, values }: HeatMap): [number, number] {
  const strong = Math.max(...Array.from(values)) / 2;
  let [x, y, sum] = [0, 0, 0];
  for (let at = 0; at < values.length; at++) {
    if (values[at] < strong) continue;
    x += ((at % width) + 0.5) * values[at];
    y += (Math.floor(at / width) + 0.5) * values[at];
    sum += values[at];
  }
  return [(x / sum) * (SIDE / width), (y / sum) * (SIDE / height)];
}

test('moving an object moves the heat, also through an EXIF orientation', async (t) => {
  const folder = makeFolder(t);
  const random = createRandom(1, 'places');
  for (const label of ['object', 'plain']) mkdirSync(path.join(folder, label));
  for (let i = 0; i < 24; i++) {
    const place = [random.below(SIDE - OBJECT), random.below(SIDE - OBJECT)] as const;
    writeFileSync(path.join(folder, 'object', `${i}.png`), await pngOf(makeImage(i, place)));
    writeFileSync(path.join(folder, 'plain', `${i}.png`), await pngOf(makeImage(100 + i)));
  }
  const classifier = await open(await train(t, folder));
  const far = SIDE - OBJECT;
  for (const place of [
    [0, 0],
    [far, 0],
    [0, far],
    [far, far],
    [far / 2, far / 2],
  ] as const) {
    const upright = await pngOf(makeImage(777, place));
    // Stored turned to the left; orientation 6 turns it to the right again when it is shown.
    const turned = await sharp(upright)
      .rotate(270)
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 95 })
      .toBuffer();
    for (const bytes of [upright, turned]) {
      const { heat, legend } = await explainImage(bytes, classifier, decoder, 'object');
      assert.ok(legend.score > 0.8, `${place}: ${legend.score}`);
      const [x, y] = centreOfHeat(heat);
      const off = Math.hypot(x - place[0] - OBJECT / 2, y - place[1] - OBJECT / 2);
      t.diagnostic(`object at ${place}: heat ${off.toFixed(0)} pixels from its centre`);
      // A cell is 32 pixels wide, and sees more than it covers.
      assert.ok(off < 40, `${place}: ${off}`);
    }
  }
  await classifier.dispose();
});
