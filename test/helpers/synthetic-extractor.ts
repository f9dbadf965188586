// A tiny network with the parts of a real extractor, as a user's own folder would hold it.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TfjsExtractor } from '../../src/extractor/files.ts';
import { fromInputRange } from '../../src/images/preprocessing.ts';
import { hashOfTfjsFiles } from '../../src/network/tfjs/graph.ts';
import {
  flag,
  int32,
  integer,
  integers,
  randomWeight,
  type SyntheticNode,
  slide,
  syntheticFiles,
  texts,
} from './synthetic-graph.ts';

export const FEATURES = 5;

const fused = { fused_ops: texts('BiasAdd', 'Relu6'), num_args: integer(1) };
const NODES: SyntheticNode[] = [
  {
    name: 'conv',
    op: '_FusedConv2D',
    input: ['x', 'filter', 'bias'],
    attr: { ...slide('SAME', 2), ...fused },
  },
  { name: 'depthwise', op: 'DepthwiseConv2dNative', input: ['conv', 'dw'], attr: slide('SAME', 2) },
  { name: 'relu', op: 'Relu', input: ['depthwise'] },
  { name: 'pool', op: 'Mean', input: ['relu', 'axes'], attr: { keep_dims: flag(true) } },
  { name: 'flat', op: 'Squeeze', input: ['pool'], attr: { squeeze_dims: integers(1, 2) } },
  // Beyond the embedding: never imported.
  { name: 'logits', op: 'SomethingElse', input: ['flat'] },
];
const WEIGHTS = {
  filter: randomWeight([3, 3, 3, FEATURES]),
  bias: randomWeight([FEATURES]),
  dw: randomWeight([3, 3, FEATURES, 1]),
  axes: int32(1, 2),
};

/** @param inputShape of the Placeholder, `[n, h, w, c]`; -1 is free */
export function syntheticExtractor(
  embeddingNode = 'flat',
  inputShape: number[] = [-1, -1, -1, 3],
): TfjsExtractor {
  const files = syntheticFiles(NODES, WEIGHTS, inputShape);
  return {
    network: { format: 'tfjs', ...files },
    weightsSha256: hashOfTfjsFiles(files),
    spec: {
      id: 'synthetic',
      imageSize: 96,
      ...fromInputRange(-1, 1),
      embeddingNode,
      featureSize: FEATURES,
      licence: 'none',
      source: 'test',
    },
  };
}

/** The same network with other names for its nodes; those of `names` only. */
export function renameNodes(
  files: TfjsExtractor,
  names: Readonly<Record<string, string>>,
): TfjsExtractor {
  const model = JSON.parse(Buffer.from(files.network.topology).toString());
  const swap = (name: string) => (Object.hasOwn(names, name) ? names[name] : name);
  for (const node of model.modelTopology.node) {
    node.name = swap(node.name);
    node.input = node.input?.map(swap);
  }
  for (const weight of model.weightsManifest[0].weights) weight.name = swap(weight.name);
  const spec = { ...files.spec, embeddingNode: swap(files.spec.embeddingNode) };
  const topology = Buffer.from(JSON.stringify(model));
  return { ...files, network: { ...files.network, topology }, spec };
}

/** Writes it as a user's own folder. */
export function writeExtractor(folder: string, { network, spec }: TfjsExtractor): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'model.json'), network.topology);
  writeFileSync(path.join(folder, 'weights.bin'), network.shards[0]);
  const { id, imageSize, embeddingNode, featureSize, licence, source } = spec;
  const described = {
    schema_version: 1,
    id,
    image_size: imageSize,
    input_range: [-1, 1],
    embedding_node: embeddingNode,
    feature_size: featureSize,
    licence,
    source,
  };
  writeFileSync(path.join(folder, 'extractor.json'), JSON.stringify(described));
}
