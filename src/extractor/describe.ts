// What can be said of a network before it is used: for `imgdiag extractor info`.

import { imagesAtOnce } from '../network/onnx/batch.ts';
import { multiplyAdds } from '../network/onnx/shapes.ts';
import { parseTfjsGraph, type TfjsGraph } from '../network/tfjs/graph.ts';
import type { ExtractorFiles } from './files.ts';
import { extractorGraph } from './graph.ts';

export interface NetworkDescription {
  readonly id: string;
  readonly format: string;
  readonly weights_sha256: string;
  readonly licence: string;
  readonly source: string;
  /** Names of its own nodes. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly embedding: string;
  readonly features: number;
  /** Channels, rows and columns of the map whose mean the features are; null where they are no mean. */
  readonly feature_map: readonly (number | string)[] | null;
  readonly image_size: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly images_at_once: 1 | null;
  /** Of an image of that size, up to the embedding, in millions. */
  readonly multiply_adds: number;
}

const FORMATS = {
  tfjs: 'TensorFlow.js graph model',
  tensorflow: 'frozen TensorFlow graph',
} as const;

/**
 * @param imageSize in pixels
 * @throws UnfitError for a network that is not supported
 */
export function describeNetwork(
  files: ExtractorFiles,
  imageSize = files.spec.imageSize,
): NetworkDescription {
  const { spec, network, weightsSha256 } = files;
  const { mean, std } = spec;
  const graph = extractorGraph(files, { size: imageSize, mean, std });
  const map = graph.outputs.find(({ name }) => name === 'feature_map');
  return {
    id: spec.id,
    format: FORMATS[network.format],
    weights_sha256: weightsSha256,
    licence: spec.licence,
    source: spec.source,
    ...ends(network.format === 'tfjs' ? parseTfjsGraph(network) : network.graph),
    embedding: spec.embeddingNode,
    features: spec.featureSize,
    feature_map: map?.shape.slice(1) ?? null,
    image_size: imageSize,
    mean,
    std,
    images_at_once: imagesAtOnce(graph),
    multiply_adds: Math.round(multiplyAdds(graph) / 1e6),
  };
}

/** Where images go in, and what nothing else reads. */
function ends({ nodes }: TfjsGraph): Pick<NetworkDescription, 'inputs' | 'outputs'> {
  const all = [...nodes.values()];
  const read = new Set(
    all.flatMap(({ inputs }) => inputs.map((name) => name.replace(/^\^|:\d+$/g, ''))),
  );
  return {
    inputs: all.filter(({ op }) => op === 'Placeholder').map(({ name }) => name),
    outputs: all
      .filter(({ name, op }) => op !== 'Const' && !read.has(name))
      .map(({ name }) => name),
  };
}
