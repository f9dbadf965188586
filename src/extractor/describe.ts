// What can be said of a network before it is used: for `imgdiag extractor info`.

import { UsageError } from '../base/errors.ts';
import { imagesAtOnce } from '../network/onnx/batch.ts';
import { multiplyAdds } from '../network/onnx/shapes.ts';
import { parseTfjsGraph } from '../network/tfjs/graph.ts';
import { loadExtractorFiles } from './catalog.ts';
import type { Stated } from './extractor.ts';
import type { EmbeddingChoice, ExtractorFiles, OtherEmbedding } from './files.ts';
import { extractorGraph } from './graph.ts';
import { choiceIn, NAMED_BESIDE } from './import/choice.ts';
import { RECIPE_MISSING } from './recipe.ts';

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
  /** Why that node: `named by --embedding`. */
  readonly embedding_chosen: string;
  /** What --embedding and --token could say instead. */
  readonly other_embeddings: readonly OtherEmbedding[];
  readonly features: number;
  /** Channels, rows and columns of the map whose mean the features are; null where they are no mean. */
  readonly feature_map: readonly (number | string)[] | null;
  readonly image_size: number;
  /** Null where nobody has said it. */
  readonly mean: readonly number[] | null;
  readonly std: readonly number[] | null;
  /** How images became squares; null where it is not known. */
  readonly fit: string | null;
  readonly crop_share: number | null;
  readonly kernel: string | null;
  readonly images_at_once: 1 | null;
  /** Of an image of that size, up to the embedding, in millions. */
  readonly multiply_adds: number;
}

const FORMATS = {
  tfjs: 'TensorFlow.js graph model',
  tensorflow: 'frozen TensorFlow graph',
  onnx: 'ONNX network',
} as const;

/** @throws as `loadExtractorFiles` and `describeNetwork`, but not where mean and std are not said */
export async function describeNamed(
  nameOrPath: string,
  stated: Stated,
): Promise<NetworkDescription> {
  const describe = async (said: Stated) =>
    describeNetwork(await loadExtractorFiles(nameOrPath, said), stated.imageSize);
  try {
    return await describe(stated);
  } catch (error) {
    if (!(error instanceof UsageError) || error.code !== RECIPE_MISSING) throw error;
    // The network is the same whatever its pixel values are.
    const described = await describe({ ...stated, mean: [0, 0, 0], std: [1, 1, 1] });
    return { ...described, mean: null, std: null };
  }
}

/**
 * @param imageSize in pixels
 * @throws UnfitError for a network that is not supported
 */
export function describeNetwork(
  files: ExtractorFiles,
  imageSize = files.spec.imageSize,
): NetworkDescription {
  const { spec, network, weightsSha256 } = files;
  const { mean, std, fitting } = spec;
  const { why, inputs, outputs, others } = choiceOf(files);
  const graph = extractorGraph(files, { size: imageSize, mean, std });
  const map = graph.outputs.find(({ name }) => name === 'feature_map');
  return {
    id: spec.id,
    format: FORMATS[network.format],
    weights_sha256: weightsSha256,
    licence: spec.licence,
    source: spec.source,
    inputs,
    outputs,
    embedding: spec.embeddingNode,
    embedding_chosen: why,
    other_embeddings: others,
    features: spec.featureSize,
    feature_map: map?.shape.slice(1) ?? null,
    image_size: imageSize,
    mean,
    std,
    fit: fitting?.fit ?? null,
    crop_share: fitting?.crop_share ?? null,
    kernel: fitting?.kernel ?? null,
    images_at_once: imagesAtOnce(graph),
    multiply_adds: Math.round(multiplyAdds(graph) / 1e6),
  };
}

function choiceOf({ network, spec, choice }: ExtractorFiles): EmbeddingChoice {
  if (choice !== undefined) return choice;
  if (network.format === 'onnx') throw new TypeError('an ONNX network is cut when it is loaded');
  const graph = network.format === 'tfjs' ? parseTfjsGraph(network) : network.graph;
  return choiceIn(graph, spec.embeddingNode, NAMED_BESIDE);
}
