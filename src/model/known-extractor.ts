// Whether a network really contains the weights that its manifest names.

import { CATALOG, loadExtractorFiles } from '../extractor/catalog.ts';
import { encodeExtractor } from '../extractor/graph.ts';
import type { OnnxTensor } from '../network/onnx/graph.ts';
import { readOnnxModel } from '../network/onnx/read.ts';
import type { Manifest } from './manifest.ts';

/**
 * Name of the catalogue's extractor that `network` starts with, node by node and weight by weight;
 * undefined for any other. Takes as long as importing it.
 * @param network a model.onnx that `checkNetwork` has accepted
 */
export async function knownExtractor(
  network: Uint8Array,
  { extractor, preprocessing }: Manifest,
): Promise<string | undefined> {
  const entry = CATALOG.find(({ spec }) => spec.id === extractor.id);
  if (entry === undefined) return undefined;
  const files = await loadExtractorFiles(entry.spec.id);
  if (files.weightsSha256 !== extractor.weights_sha256) return undefined;
  const published = readOnnxModel(encodeExtractor(files, preprocessing));
  const found = readOnnxModel(network);
  const nodes = found.nodes.slice(0, published.nodes.length);
  const sameNodes = JSON.stringify(nodes) === JSON.stringify(published.nodes);
  const weights = new Map(found.initializers.map((tensor) => [tensor.name, tensor]));
  const sameWeights = published.initializers.every((tensor) =>
    isSame(tensor, weights.get(tensor.name)),
  );
  return sameNodes && sameWeights ? entry.spec.id : undefined;
}

function isSame(a: OnnxTensor, b: OnnxTensor | undefined): boolean {
  return (
    b !== undefined &&
    a.type === b.type &&
    a.shape.join() === b.shape.join() &&
    Buffer.compare(a.bytes, b.bytes) === 0
  );
}
