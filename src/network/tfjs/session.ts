// Runs graph models on TensorFlow.js: the only file that imports it.

import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import type { GraphModel } from '@tensorflow/tfjs-converter';
import type * as TensorFlow from '@tensorflow/tfjs-core';
import { messageOf, UnfitError } from '../../base/errors.ts';
import { whileBlocked } from '../../base/signals.ts';
import { type NetworkInput, pixelScaling } from '../../images/preprocessing.ts';
import { BATCH_SIZE, inParts } from '../batch.ts';
import type { TfjsFiles } from './graph.ts';

type Tf = typeof TensorFlow;

/** `@tensorflow-models/mobilenet` silently resizes all images to this side. */
const MOBILENET_SIZE = 224;
/** Embedding nodes that `@tensorflow-models/mobilenet` 2.1.1 knows, and its version of each. */
const MOBILENET_VERSIONS: ReadonlyMap<string, 1 | 2> = new Map([
  ['module_apply_default/MobilenetV1/Logits/global_pool', 1],
  ['module_apply_default/MobilenetV2/Logits/AvgPool', 2],
]);
/**
 * Emscripten listens to these and rethrows, so that Node.js prints its whole minified source. How a
 * process handles errors is not up to a library: the listeners are removed.
 */
const FATAL_EVENTS: readonly string[] = ['uncaughtException', 'unhandledRejection'];

/** TensorFlow.js with its backend ready. */
export interface TfjsRuntime {
  readonly tf: Tf;
  /** `@tensorflow/tfjs-node 4.22.0` or `@tensorflow/tfjs-backend-wasm 4.22.0`. */
  readonly name: string;
}

let started: Promise<TfjsRuntime> | undefined;

/**
 * Starts TensorFlow.js once per process: natively where `@tensorflow/tfjs-node`
 * is installed, else on WebAssembly, single-threaded and without any download.
 * @throws UnfitError `engine_missing` when neither starts
 */
export function startTfjs(): Promise<TfjsRuntime> {
  started ??= (async () => (await startNative()) ?? (await startWebAssembly()))();
  return started;
}

/** A graph model, and what its files do not say about it. */
export interface TfjsNetworkFiles extends TfjsFiles {
  readonly embeddingNode: string;
}

/** A graph model opened for inference. */
export interface TfjsNetwork {
  /** As `TfjsRuntime.name`. */
  readonly runtime: string;
  /**
   * @param images uint8 RGB `[count, size, size, 3]`, row-major, 0..255
   * @returns output of the embedding node: `shape` without the batch, `data` of all images
   */
  run(images: Uint8Array, count: number): Promise<{ shape: number[]; data: Float32Array }>;
  dispose(): void;
}

/**
 * @param batch images that it is run on at once
 * @throws UnfitError for a network that TensorFlow.js cannot open, or `engine_missing`
 */
export async function openTfjsNetwork(
  files: TfjsNetworkFiles,
  input: NetworkInput,
  batch = BATCH_SIZE,
): Promise<TfjsNetwork> {
  const { tf, name } = await startTfjs();
  const { size } = input;
  const network = await whileBlocked(() => openNetwork(tf, files, size));
  const { scale, offset } = pixelScaling(input);
  const runParts = inParts<'output'>(batch, async (part, number) => {
    const features = tf.tidy(() => {
      const shape: [number, number, number, number] = [number, size, size, 3];
      // Converted here: a tensor of bytes would be copied to int32 and then to float32.
      const pixels = tf.tensor4d(Float32Array.from(part), shape);
      return network.features(tf.add(tf.mul(pixels, scale), offset));
    });
    try {
      const data = Float32Array.from(await features.data());
      return { output: { shape: features.shape, data } };
    } finally {
      features.dispose();
    }
  });
  return {
    runtime: name,
    async run(images, count) {
      const { output } = await runParts(images, count, ['output']);
      return { shape: output.shape.slice(1), data: output.data };
    },
    dispose: () => network.model.dispose(),
  };
}

interface Network {
  readonly model: GraphModel;
  /** @param images float32 `[n, size, size, 3]`, normalised */
  features(images: TensorFlow.Tensor4D): TensorFlow.Tensor;
}

async function openNetwork(tf: Tf, files: TfjsNetworkFiles, imageSize: number): Promise<Network> {
  try {
    const version = MOBILENET_VERSIONS.get(files.embeddingNode);
    if (version !== undefined && imageSize === MOBILENET_SIZE) {
      try {
        return await openMobilenet(tf, files, version);
      } catch {
        // Another network, whose node is called so.
      }
    }
    return await openGraph(tf, files, imageSize);
  } catch (error) {
    throw new UnfitError(`expected a network that TensorFlow.js can open: ${messageOf(error)}`, {
      hint: 'use --engine onnx, or another feature extractor',
      cause: error,
    });
  }
}

/** `infer` embeds a whole batch; its resize to 224 pixels leaves pixels of that size unchanged. */
async function openMobilenet(tf: Tf, files: TfjsNetworkFiles, version: 1 | 2): Promise<Network> {
  const { load } = await import('@tensorflow-models/mobilenet');
  // Its own scaling then changes nothing.
  const inputRange: [number, number] = [0, 255];
  const mobilenet = await load({ version, modelUrl: handlerOf(tf, files), inputRange });
  const { model } = mobilenet as unknown as { model: GraphModel };
  return tried(tf, { model, features: (images) => mobilenet.infer(images, true) }, MOBILENET_SIZE);
}

/** Other sizes and networks: the embedding node itself. */
async function openGraph(tf: Tf, files: TfjsNetworkFiles, size: number): Promise<Network> {
  const { loadGraphModel } = await import('@tensorflow/tfjs-converter');
  const model = await loadGraphModel(handlerOf(tf, files));
  const features = (images: TensorFlow.Tensor4D) => {
    const output = model.execute(images, freeName(files.embeddingNode));
    return Array.isArray(output) ? output[0] : output;
  };
  return tried(tf, { model, features }, size);
}

/** The network, after a black image; else an error. */
function tried(tf: Tf, network: Network, size: number): Network {
  try {
    tf.tidy(() => void network.features(tf.zeros([1, size, size, 3])));
    return network;
  } catch (error) {
    network.model.dispose();
    throw error;
  }
}

/** TensorFlow.js keeps nodes in plain objects, where names such as `constructor` are taken. */
function freeName(name: string): string {
  return name.replace(/^(\^?)([^:]+)/, (whole, control: string, node: string) =>
    node in {} ? `${control}node/${node}` : whole,
  );
}

/** Passes the files to TensorFlow.js from memory. */
function handlerOf(tf: Tf, { topology, shards }: TfjsFiles): TensorFlow.io.IOHandler {
  const json = JSON.parse(new TextDecoder().decode(topology)) as TensorFlow.io.ModelJSON & {
    modelTopology: { node: { name: string; input?: string[] }[] };
  };
  for (const node of json.modelTopology.node) {
    node.name = freeName(node.name);
    node.input = node.input?.map(freeName) ?? [];
  }
  for (const weight of json.weightsManifest.flatMap(({ weights }) => weights)) {
    weight.name = freeName(weight.name);
  }
  const buffers = shards.map((bytes) => Uint8Array.from(bytes).buffer);
  return {
    load: () =>
      tf.io.getModelArtifactsForJSON(json, async (manifest) => [
        tf.io.getWeightSpecs(manifest),
        buffers,
      ]),
  };
}

/** Undefined where the package is not installed or its binary does not load: it is optional. */
async function startNative(): Promise<TfjsRuntime | undefined> {
  const native: string = '@tensorflow/tfjs-node';
  try {
    await import(native);
    const tf = await import('@tensorflow/tfjs-core');
    if (!(await tf.setBackend('tensorflow'))) return undefined;
    await tf.ready();
    return { tf, name: `${native} ${tf.version_core}` };
  } catch {
    return undefined;
  }
}

async function startWebAssembly(): Promise<TfjsRuntime> {
  const backend = '@tensorflow/tfjs-backend-wasm';
  try {
    const tf = await import('@tensorflow/tfjs-core');
    const { setWasmPaths, version_wasm } = await import('@tensorflow/tfjs-backend-wasm');
    const main = createRequire(import.meta.url).resolve(backend);
    setWasmPaths(path.dirname(main) + path.sep);
    const restoreListeners = rememberListeners(process);
    const ready = await tf.setBackend('wasm');
    restoreListeners();
    if (!ready) throw new Error('WebAssembly did not start');
    await tf.ready();
    return { tf, name: `${backend} ${version_wasm}` };
  } catch (error) {
    throw new UnfitError(`expected TensorFlow.js to start, but ${messageOf(error)}`, {
      hint: 'npm install -g --ignore-scripts imgdiag, or use --engine onnx',
      code: 'engine_missing',
      cause: error,
    });
  }
}

/** Returns a function that removes the listeners added since. */
function rememberListeners(emitter: EventEmitter): () => void {
  const before = FATAL_EVENTS.map((event) => emitter.listeners(event));
  return () => {
    FATAL_EVENTS.forEach((event, index) => {
      for (const listener of emitter.listeners(event) as (() => void)[]) {
        if (!before[index].includes(listener)) emitter.removeListener(event, listener);
      }
    });
  };
}
