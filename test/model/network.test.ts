import assert from 'node:assert/strict';
import test from 'node:test';
import * as ort from 'onnxruntime-node';
import { loadExtractorFiles } from '../../src/extractor/catalog.ts';
import { extractorGraph } from '../../src/extractor/graph.ts';
import { applyHead, type Head, type HeadLayer, logitsOf } from '../../src/head/head.ts';
import { encodeNetwork } from '../../src/model/network.ts';
import { NETWORK_INPUT, NETWORK_OUTPUTS } from '../../src/network/onnx/names.ts';
import { FAST } from '../helpers/fast.ts';
import { makeImages } from '../helpers/images.ts';
import { largestDifference, makeMatrix } from '../helpers/make-examples.ts';
import { inputOf } from '../helpers/open-extractor.ts';

const SIZE = 96;
const FEATURES = 256;
const LABELS = 3;

const layer = (inputs: number, outputs: number, activation: 'relu' | 'linear'): HeadLayer => ({
  inputs,
  outputs,
  weights: makeMatrix(inputs, outputs, 1, 0.1).data,
  bias: makeMatrix(1, outputs, 2).data,
  activation,
});
const head: Head = { layers: [layer(FEATURES, LABELS, 'linear')], temperature: 1 };
const deep: Head = {
  layers: [layer(FEATURES, 20, 'relu'), layer(20, LABELS, 'linear')],
  temperature: 2.5,
};
const files = await loadExtractorFiles(FAST);
const encode = (what = head) =>
  encodeNetwork(extractorGraph(files, inputOf(files.spec, SIZE)), what);
const bytes = encode();
const session = await ort.InferenceSession.create(bytes, {
  intraOpNumThreads: 1,
  logSeverityLevel: 3,
});
test.after(() => session.release());

async function run(count: number, images = makeImages(count, SIZE)) {
  const image = new ort.Tensor('uint8', images, [count, SIZE, SIZE, 3]);
  return session.run({ [NETWORK_INPUT]: image });
}

test('when the network is opened then it has the documented input and outputs', () => {
  assert.deepEqual(session.inputNames, [NETWORK_INPUT]);
  assert.deepEqual([...session.outputNames].sort(), [...NETWORK_OUTPUTS].sort());
});

for (const count of [1, 3]) {
  test(`when ${count} images go in then every output has its documented shape`, async () => {
    const results = await run(count);
    const shapes = Object.fromEntries(NETWORK_OUTPUTS.map((name) => [name, results[name].dims]));
    assert.deepEqual(shapes, {
      probabilities: [count, LABELS],
      logits: [count, LABELS],
      embedding: [count, FEATURES],
      // The network shrinks images 32 times: channels come before height and width.
      feature_map: [count, FEATURES, SIZE / 32, SIZE / 32],
    });
    for (const name of NETWORK_OUTPUTS) assert.equal(results[name].type, 'float32');
  });

  test(`when ${count} images go in then the head does what applyHead does`, async () => {
    const { probabilities, embedding, logits, feature_map: map } = await run(count);
    const data = embedding.data as Float32Array;
    const expected = applyHead(head, { rows: count, columns: FEATURES, data });
    const worst = largestDifference(probabilities.data as Float32Array, expected);
    assert.ok(worst < 1e-5, `${worst}`);
    // Probabilities are the softmax of the logits, the embedding the average of the map.
    const first = [...(logits.data as Float32Array).subarray(0, LABELS)].map(Math.exp);
    const sum = first.reduce((total, value) => total + value, 0);
    assert.ok(
      largestDifference(
        first.map((value) => value / sum),
        expected.subarray(0, LABELS),
      ) < 1e-5,
    );
    const cells = (SIZE / 32) ** 2;
    const averages = data.map((_, at) => {
      const channel = (map.data as Float32Array).subarray(at * cells, (at + 1) * cells);
      return channel.reduce((total, value) => total + value, 0) / cells;
    });
    assert.ok(largestDifference(averages, data) < 1e-5);
  });
}

test('when images go in together then each gets what it gets alone', async () => {
  const images = makeImages(3, SIZE);
  const length = SIZE * SIZE * 3;
  const together = (await run(3, images)).probabilities.data as Float32Array;
  for (let i = 0; i < 3; i++) {
    const alone = await run(1, images.slice(i * length, (i + 1) * length));
    const expected = together.subarray(i * LABELS, (i + 1) * LABELS);
    assert.ok(largestDifference(alone.probabilities.data as Float32Array, expected) < 1e-6);
  }
  // Otherwise the comparison above would say nothing.
  assert.ok(
    largestDifference(together.slice(0, LABELS), together.slice(LABELS, 2 * LABELS)) > 1e-3,
  );
});

test('when the network is encoded again then the bytes are the same', () => {
  assert.ok(Buffer.from(encode()).equals(bytes));
});

test('when the head has hidden units and a temperature then the network does what applyHead does', async () => {
  const opened = await ort.InferenceSession.create(encode(deep), {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const image = new ort.Tensor('uint8', makeImages(2, SIZE), [2, SIZE, SIZE, 3]);
  const { probabilities, embedding, logits } = await opened.run({ [NETWORK_INPUT]: image });
  assert.deepEqual([...opened.outputNames].sort(), [...NETWORK_OUTPUTS].sort());
  const data = embedding.data as Float32Array;
  const expected = applyHead(deep, { rows: 2, columns: FEATURES, data });
  const worst = largestDifference(probabilities.data as Float32Array, expected);
  assert.ok(worst < 1e-5, `${worst}`);
  // The logits are those before the temperature.
  const before = logitsOf(deep, { rows: 2, columns: FEATURES, data });
  assert.ok(largestDifference(logits.data as Float32Array, before) < 1e-4);
  await opened.release();
});

test('when weights are float16 in the source then model.onnx holds them so, and biases as float32', async () => {
  const lite = await loadExtractorFiles('efficientnet_lite0_224');
  const graph = extractorGraph(lite, inputOf(lite.spec));
  const ofType = (type: string) => graph.initializers.filter((tensor) => tensor.type === type);
  const kernels = ofType('float16');
  assert.equal(kernels.length, 49);
  assert.deepEqual(
    graph.nodes.filter(({ op }) => op === 'Cast').map(({ inputs }) => inputs[0]),
    ['image/nchw', ...kernels.map(({ name }) => name)],
  );
  assert.equal(ofType('float32').filter(({ name }) => name.endsWith('/bias')).length, 49);
  const ten = { layers: [layer(lite.spec.featureSize, 10, 'linear')], temperature: 1.5 };
  const { length } = encodeNetwork(graph, ten);
  assert.ok(length < 7.2e6, `${length} bytes`);
});
