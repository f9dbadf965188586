// The library inside a server: several calls at once, and calls that are called off.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import {
  type Classifier,
  classifyImages,
  evaluate,
  loadDecoder,
  openClassifier,
  RETRAIN_DEFAULTS,
  retrain,
} from '../src/index.ts';
import { FAST } from './helpers/fast.ts';
import { makeFolder } from './helpers/make-folder.ts';
import { HEALTHDIAG, LEG005, TEST_CACHE, trainedModel } from './helpers/run-cli.ts';
import { bytesOf, LEG009 } from './helpers/runs.ts';

const decoder = await loadDecoder();
let classifier: Classifier;
test.before(async () => {
  const options = { modelDir: await trainedModel(), engine: 'onnx' } as const;
  classifier = await openClassifier(options);
});
test.after(() => classifier.dispose());

async function scoresOf(files: readonly string[]): Promise<string> {
  const inputs = files.map((name) => ({ name, read: () => readFile(name) }));
  const found: unknown[] = [];
  for await (const prediction of classifyImages(inputs, classifier, decoder)) {
    found.push(prediction);
  }
  return JSON.stringify(found);
}

test('when images are classified in several calls at once then each call gets its own scores', async () => {
  const orders = [[LEG005], [LEG009], [LEG005, LEG009], [LEG009, LEG005], [LEG009, LEG009]];
  const alone: string[] = [];
  for (const order of orders) alone.push(await scoresOf(order));
  assert.deepEqual(await Promise.all(orders.map(scoresOf)), alone);
  assert.equal(new Set(alone).size, orders.length);
});

test('when two trainings run at once on one cache then both models are those of a run alone', async (t) => {
  const folder = makeFolder(t);
  const train = (name: string, l2: number) =>
    retrain({
      ...RETRAIN_DEFAULTS,
      extractor: FAST,
      image_dir: HEALTHDIAG,
      model_dir: path.join(folder, name),
      bottleneck_dir: path.join(folder, 'cache'),
      l2,
    });
  await Promise.all([train('a', 0.1), train('b', 1)]);
  await train('a-alone', 0.1);
  await train('b-alone', 1);
  for (const name of ['a', 'b']) {
    assert.deepEqual(bytesOf(path.join(folder, name)), bytesOf(path.join(folder, `${name}-alone`)));
  }
});

test('when a call is called off in the middle then it ends with the reason within two seconds', async (t) => {
  const abort = new AbortController();
  const reason = new Error('enough');
  const inputs = Array.from({ length: 5000 }, () => ({
    name: LEG005,
    read: () => readFile(LEG005),
  }));
  let scored = 0;
  let began = 0;
  const classify = async () => {
    for await (const _ of classifyImages(inputs, classifier, decoder, abort.signal)) {
      if (++scored !== 20) continue;
      began = performance.now();
      abort.abort(reason);
    }
  };
  await assert.rejects(classify(), reason);
  assert.ok(scored < 200, `${scored}`);
  assert.ok(performance.now() - began < 2000);

  for (const [what, work] of [
    [
      'evaluate',
      async (signal: AbortSignal, stop: () => void) => {
        const where = { model_dir: await trainedModel(), image_dir: HEALTHDIAG };
        const rest = { manifest: undefined, group_by: undefined, extractor: undefined };
        const tools = { onProgress: stop, signal };
        return evaluate({ ...where, ...rest, engine: 'onnx' }, tools);
      },
    ],
    [
      'retrain',
      async (signal: AbortSignal, stop: () => void) => {
        const model_dir = path.join(makeFolder(t), 'm');
        const places = { image_dir: HEALTHDIAG, model_dir, bottleneck_dir: TEST_CACHE };
        // Steps without end: only the signal stops them.
        const fit = { optimizer: 'sgd', steps: 100_000_000, l2: 0.1 } as const;
        const options = { ...RETRAIN_DEFAULTS, extractor: FAST, ...places, ...fit };
        return retrain(options, { onStep: stop, signal });
      },
    ],
  ] as const) {
    await t.test(what, async () => {
      const off = new AbortController();
      let stopped = Number.POSITIVE_INFINITY;
      const stop = () => {
        stopped = Math.min(stopped, performance.now());
        off.abort(reason);
      };
      await assert.rejects(work(off.signal, stop), reason);
      assert.ok(performance.now() - stopped < 2000);
    });
  }
});

test('when the library has worked then it has left no global behind', async () => {
  const before = Object.getOwnPropertyNames(globalThis).sort();
  await scoresOf([LEG005]);
  assert.deepEqual(Object.getOwnPropertyNames(globalThis).sort(), before);
});
