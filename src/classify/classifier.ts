// A saved model opened for scoring, on either engine.

import { UnfitError } from '../base/errors.ts';
import type { OnMessage } from '../base/messages.ts';
import type { Engine, EngineChoice } from '../extractor/extractor.ts';
import type { Head } from '../head/head.ts';
import type { OodDetector } from '../head/out-of-distribution.ts';
import { checkNetwork } from '../model/check-network.ts';
import type { Manifest } from '../model/manifest.ts';
import { type Model, readModel } from '../model/read.ts';
import { HEAD_WEIGHTS, OOD_FILE, savedHead, savedOodDetector } from '../model/saved-head.ts';
import { openSession, type SessionOutput } from '../network/onnx/session.ts';

export interface Classifier {
  readonly manifest: Manifest;
  readonly engine: Engine;
  /** Package that runs the network, with version: `onnxruntime-node 1.30.0`. */
  readonly runtime: string;
  /** For raw features. */
  readonly head: Head;
  /** Undefined for a model without one. */
  readonly oodDetector: OodDetector | undefined;
  /** @param images uint8 RGB `[count, size, size, 3]`, made by the manifest's `preprocessing` */
  predict(images: Uint8Array, count: number): Promise<ClassifierOutputs>;
  /** Undefined where the engine does not give the last feature map, or the features are no mean of it. */
  readonly predictMaps?: (images: Uint8Array, count: number) => Promise<MapOutputs>;
  dispose(): Promise<void>;
}

/** ClassifierOutputs of the network for a batch, row-major. */
export interface ClassifierOutputs {
  /** `[count, labels]`, 0..1 */
  readonly probabilities: Float32Array;
  /** Bottleneck features, `[count, featureSize]`. */
  readonly features: Float32Array;
}

/** What an explanation is computed from. */
export interface MapOutputs {
  /** `[count, labels]`, 0..1, row-major. */
  readonly probabilities: Float32Array;
  /** Last feature map, whose mean is the features: `[count, channels, height, width]`. */
  readonly featureMap: SessionOutput;
}

export interface OpenClassifierOptions {
  readonly modelDir: string;
  /** Default: `auto`. */
  readonly engine?: EngineChoice | undefined;
  /** Only for engine tfjs: folder or file of a model's own extractor. */
  readonly extractor?: string | undefined;
}

/**
 * @param onMessage receives a warning when `auto` has to do without ONNX Runtime
 * @throws UnfitError when the model or the engine is missing, damaged or unsuitable
 */
export async function openClassifier(
  options: OpenClassifierOptions,
  onMessage?: OnMessage,
): Promise<Classifier> {
  const model = await readModel(options.modelDir, ['model.onnx', HEAD_WEIGHTS, OOD_FILE]);
  return openModel(model, options, onMessage);
}

/** The same for a model that is in memory. @throws UnfitError as `openClassifier` does */
export async function openModel(
  model: Model,
  options: Omit<OpenClassifierOptions, 'modelDir'>,
  onMessage?: OnMessage,
): Promise<Classifier> {
  if (options.engine === 'tfjs') return openTfjs(model, options);
  try {
    const network = model.files.get('model.onnx') as Uint8Array;
    const batch = checkNetwork(network, model.manifest, model.folder);
    return await openOnnx(model, network, batch);
  } catch (error) {
    if (options.engine === 'onnx' || !isEngineMissing(error)) throw error;
    const classifier = await openTfjs(model, options);
    const { fallbackNote } = await import('../extractor/open.ts');
    onMessage?.('info', fallbackNote(classifier.runtime, error));
    return classifier;
  }
}

function isEngineMissing(error: unknown): error is UnfitError {
  return error instanceof UnfitError && error.code === 'engine_missing';
}

async function openOnnx(model: Model, network: Uint8Array, batch: number): Promise<Classifier> {
  const { manifest } = model;
  const session = await openSession(network, { batch });
  const predictMaps = async (images: Uint8Array, count: number): Promise<MapOutputs> => {
    const outputs = await session.run(images, count, ['probabilities', 'feature_map']);
    const { probabilities, feature_map: featureMap } = outputs;
    return { probabilities: probabilities.data, featureMap };
  };
  const hasMap = session.outputNames.includes('feature_map');
  return {
    manifest,
    engine: 'onnx',
    runtime: session.runtime,
    head: savedHead(model),
    oodDetector: savedOodDetector(model),
    async predict(images, count) {
      const outputs = await session.run(images, count, ['probabilities', 'embedding']);
      return { probabilities: outputs.probabilities.data, features: outputs.embedding.data };
    },
    ...(hasMap && { predictMaps }),
    dispose: () => session.dispose(),
  };
}

/** TensorFlow.js runs the extractor of the catalogue; the saved head takes its features. */
async function openTfjs(
  model: Model,
  { extractor }: Pick<OpenClassifierOptions, 'extractor'>,
): Promise<Classifier> {
  const { manifest, folder } = model;
  const [
    { loadNamedBy, loadExtractorFiles },
    { openExtractorFiles },
    { NODE_MISSING },
    { applyHead },
  ] = await Promise.all([
    import('../extractor/catalog.ts'),
    import('../extractor/open.ts'),
    import('../extractor/import/topology.ts'),
    import('../head/head.ts'),
  ]);
  const { size: imageSize, mean, std } = manifest.preprocessing;
  const stated = { embedding: manifest.extractor.embedding_node, imageSize, mean, std };
  const others = () =>
    new UnfitError(
      `expected the extractor weights that ${folder} was trained with (${manifest.extractor.id}), found others`,
      {
        hint: 'give the extractor that it was trained with as --extractor PATH, or use --engine onnx',
      },
    );
  const loading =
    extractor === undefined
      ? loadNamedBy(manifest.extractor.id, stated)
      : loadExtractorFiles(extractor, stated);
  const network = await loading.catch((error) => {
    // Another network need not have the node that gave the features.
    throw error instanceof UnfitError && error.code === NODE_MISSING ? others() : error;
  });
  if (network.weightsSha256 !== manifest.extractor.weights_sha256) throw others();
  const columns = manifest.extractor.feature_size;
  const head = savedHead(model);
  const opened = await openExtractorFiles(network, {
    input: manifest.preprocessing,
    engine: 'tfjs',
  });
  return {
    manifest,
    engine: 'tfjs',
    runtime: opened.runtime,
    head,
    oodDetector: savedOodDetector(model),
    async predict(images, count) {
      const features = await opened.embed(images, count);
      const rows = { rows: count, columns, data: features };
      return { probabilities: Float32Array.from(applyHead(head, rows)), features };
    },
    dispose: () => opened.dispose(),
  };
}

export interface LabelScore {
  readonly label: string;
  /** Probability, 0..1. */
  readonly score: number;
}

/** Scores of one image, best first; ties in label order. */
export function rankScores(labels: readonly string[], scores: ArrayLike<number>): LabelScore[] {
  return labels
    .map((label, index) => ({ label, score: scores[index] }))
    .sort((a, b) => b.score - a.score);
}
