// A network whose own names are those of ours gives the same features and scores as under others.

import assert from 'node:assert/strict';
import test from 'node:test';
import type { ExtractorFiles } from '../../../src/extractor/files.ts';
import { extractorGraph } from '../../../src/extractor/graph.ts';
import { openTfjsExtractor } from '../../../src/extractor/open-tfjs.ts';
import { checkNetwork } from '../../../src/model/check-network.ts';
import { encodeNetwork } from '../../../src/model/network.ts';
import { readOnnxModel } from '../../../src/network/onnx/read.ts';
import { openSession } from '../../../src/network/onnx/session.ts';
import { makeImages } from '../../helpers/images.ts';
import { largestDifference, makeMatrix } from '../../helpers/make-examples.ts';
import { makeManifest } from '../../helpers/make-model.ts';
import { inputOf } from '../../helpers/open-extractor.ts';
import { FEATURES, renameNodes, syntheticExtractor } from '../../helpers/synthetic-extractor.ts';

const original = syntheticExtractor();
const INPUT = inputOf(original.spec);
const IMAGES = makeImages(2, INPUT.size);
const HIDDEN = 4;
const HEAD = {
  temperature: 1.5,
  layers: [
    {
      inputs: FEATURES,
      outputs: HIDDEN,
      weights: makeMatrix(FEATURES, HIDDEN, 1).data,
      bias: new Float32Array(HIDDEN),
      activation: 'relu',
    },
    {
      inputs: HIDDEN,
      outputs: 2,
      weights: makeMatrix(HIDDEN, 2, 2).data,
      bias: new Float32Array(2),
      activation: 'linear',
    },
  ],
} as const;
/** That the pool and all before it are called by, and a node behind it. */
const NODES = [
  'x',
  'filter',
  'bias',
  'dw',
  'axes',
  'conv',
  'depthwise',
  'relu',
  'pool',
  'flat',
  'logits',
];

function encode(files: ExtractorFiles, scores = 'probabilities'): Uint8Array {
  const graph = extractorGraph(files, INPUT, [scores]);
  return encodeNetwork(graph, HEAD, scores);
}

async function outputsOf(network: Uint8Array, scores = 'probabilities') {
  const session = await openSession(network);
  const outputs = await session.run(IMAGES, 2, ['embedding', 'feature_map', 'logits', scores]);
  await session.dispose();
  return Object.values(outputs).map(({ data }) => data);
}

/** Every name that a saved network of this kind has. */
function ownNames(): string[] {
  const { nodes, initializers } = readOnnxModel(encode(original));
  const constants = initializers.map(({ name }) => name);
  return ['image', ...nodes.flatMap(({ outputs }) => outputs), ...constants];
}

function manifest() {
  const { preprocessing, extractor, ...rest } = makeManifest();
  return {
    ...rest,
    preprocessing: { ...preprocessing, size: INPUT.size },
    extractor: { ...extractor, feature_size: FEATURES },
  };
}

const cases: Record<string, Record<string, string>> = {
  'those of half a pair of surrogates': { conv: 'a\ud800', relu: 'a\ud801', dw: 'a\ufffd' },
  'longer than a reader takes': Object.fromEntries(NODES.map((n, i) => [n, 'n'.repeat(2000) + i])),
};
// Each name of ours at each place, in turn.
const names = ownNames();
for (let shift = 0; shift < names.length; shift++) {
  const renamed = NODES.map((node, i) => [node, names[(shift + i) % names.length]]);
  cases[renamed.map(([, name]) => name).join(', ')] = Object.fromEntries(renamed);
}

test('when nodes and constants are called as ours then the saved network opens and scores the same', async () => {
  assert.ok(Object.keys(cases).length > 10, 'hardly any case');
  const expected = await outputsOf(encode(original));
  for (const [what, renaming] of Object.entries(cases)) {
    const network = encode(renameNodes(original, renaming));
    checkNetwork(network, manifest(), 'the_model');
    for (const [i, data] of (await outputsOf(network)).entries()) {
      assert.ok(largestDifference(data, expected[i]) < 1e-6, `${what}: output ${i} differs`);
    }
  }
});

test('when the output with the scores is called as any other value then the network scores the same', async () => {
  const expected = await outputsOf(encode(original));
  const taken = ['image', 'embedding', 'feature_map', 'logits'];
  for (const scores of ownNames().filter((name) => !taken.includes(name))) {
    const found = await outputsOf(encode(original, scores), scores);
    for (const [i, data] of found.entries()) {
      assert.ok(largestDifference(data, expected[i]) < 1e-6, `${scores}: output ${i} differs`);
    }
  }
});

test("when the pool is called as MobileNet's then TensorFlow.js opens the network all the same", async () => {
  const input = { ...INPUT, size: 224 };
  const images = makeImages(1, 224);
  const open = async (files: ExtractorFiles) => {
    const extractor = await openTfjsExtractor(files, input);
    const features = await extractor.embed(images, 1);
    await extractor.dispose();
    return features;
  };
  const expected = await open(original);
  for (const name of [
    'module_apply_default/MobilenetV1/Logits/global_pool',
    'module_apply_default/MobilenetV2/Logits/AvgPool',
  ]) {
    assert.deepEqual(await open(renameNodes(original, { flat: name })), expected);
  }
});

test('when nodes are called as what every object has then TensorFlow.js gives the same features', async () => {
  const features = [];
  const taken = { conv: 'constructor', filter: 'toString', relu: '__proto__', flat: 'valueOf' };
  for (const names of [{}, taken]) {
    const files = renameNodes(original, names);
    const extractor = await openTfjsExtractor(files, INPUT);
    features.push(await extractor.embed(IMAGES, 2));
    await extractor.dispose();
  }
  assert.deepEqual(features[1], features[0]);
});
