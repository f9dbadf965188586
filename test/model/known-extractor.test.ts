import assert from 'node:assert/strict';
import test from 'node:test';
import { loadExtractorFiles } from '../../src/extractor/catalog.ts';
import { importExtractor } from '../../src/extractor/import/graph.ts';
import { knownExtractor } from '../../src/model/known-extractor.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { encodeNetwork } from '../../src/model/network.ts';
import { parseTfjsGraph } from '../../src/network/tfjs/graph.ts';
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

const graph = () => importExtractor(parseTfjsGraph(files), files.spec, inputOf(files.spec));

test('when a network begins with the published extractor then its name is told', async () => {
  assert.equal(await knownExtractor(encodeNetwork(graph(), HEAD), claiming()), files.spec.id);
});

test('when a weight or a node differs then the extractor is unknown, whatever is claimed', async () => {
  const weights = graph();
  const { data } = weights.initializers.find((tensor) => tensor.data.length > 1000) ?? {};
  assert.ok(data instanceof Float32Array);
  data[500] += 1e-6;
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
