import assert from 'node:assert/strict';
import test from 'node:test';
import { loadExtractorFiles } from '../../src/extractor/catalog.ts';
import { extractorGraph } from '../../src/extractor/graph.ts';
import { knownExtractor } from '../../src/model/known-extractor.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { encodeNetwork } from '../../src/model/network.ts';
import { makeManifest } from '../helpers/make-model.ts';
import { inputOf } from '../helpers/open-extractor.ts';

const files = await loadExtractorFiles('mobilenet_v1_025_224');
const HEAD = {
  temperature: 1,
  layers: [
    {
      inputs: 256,
      outputs: 2,
      weights: new Float32Array(512).fill(0.5),
      bias: new Float32Array(2),
      activation: 'linear',
    },
  ],
} as const;

/** A manifest that claims the embedded extractor. */
function claiming(sha256 = files.weightsSha256, id = files.spec.id): Manifest {
  const manifest = makeManifest();
  return { ...manifest, extractor: { ...manifest.extractor, id, weights_sha256: sha256 } };
}

const graph = () => extractorGraph(files, inputOf(files.spec));

test('when a network begins with the published extractor then its name is told', async () => {
  assert.equal(await knownExtractor(encodeNetwork(graph(), HEAD), claiming()), files.spec.id);
});

test('when a weight or a node differs then the extractor is unknown, whatever is claimed', async () => {
  const weights = graph();
  const { bytes } = weights.initializers.find((tensor) => tensor.bytes.length > 4000) ?? {};
  assert.ok(bytes, 'the extractor has weights');
  bytes[2000] ^= 1;
  assert.equal(await knownExtractor(encodeNetwork(weights, HEAD), claiming()), undefined);
  const nodes = graph();
  const relu = nodes.nodes.findIndex(({ op }) => op === 'Clip');
  nodes.nodes[relu] = { ...nodes.nodes[relu], inputs: [...nodes.nodes[relu].inputs].reverse() };
  assert.equal(await knownExtractor(encodeNetwork(nodes, HEAD), claiming()), undefined);
});

test('when a manifest claims other weights or another name then they are unknown', async () => {
  const network = encodeNetwork(graph(), HEAD);
  assert.equal(await knownExtractor(network, claiming('0'.repeat(64))), undefined);
  assert.equal(await knownExtractor(network, claiming(files.weightsSha256, 'mine')), undefined);
});
