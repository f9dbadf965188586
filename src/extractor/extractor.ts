// The interface of both runtimes: a frozen network that turns images into bottleneck features.

import type { Fitting, Normalisation } from '../images/preprocessing.ts';
import type { ImagesAtOnce } from '../network/onnx/batch.ts';

/** The runtimes that can execute an extractor. */
export type Engine = 'onnx' | 'tfjs';

/** What an extractor may be called: the name is a part of file names, and never a path. */
export const EXTRACTOR_ID = /^[a-z0-9][a-z0-9._-]{0,63}$/i;
/** Side of the input image, in pixels. */
export const MAX_IMAGE_SIZE = 4096;
/** The same, where it is not the one that the network was trained at. */
export const IMAGE_SIZE = { from: 32, to: 1024 } as const;

/** A frozen network, opened on one runtime. */
export interface Extractor {
  /** Name in the catalogue, or `id` of a user's extractor.json: `mobilenet_v1_025_224`. */
  readonly id: string;
  readonly engine: Engine;
  /** Package that runs it, with version: `onnxruntime-node 1.30.0`. */
  readonly runtime: string;
  /** SHA-256 over topology and weights: identifies the extractor. */
  readonly weightsSha256: string;
  /** Side of the square input image, in pixels. */
  readonly imageSize: number;
  /** Length of one feature row. */
  readonly featureSize: number;
  /** 1: `embed` runs the network on one image after the other. */
  readonly imagesAtOnce: ImagesAtOnce;
  /**
   * Bottleneck features of `count` images.
   * @param images uint8 RGB, `[count, imageSize, imageSize, 3]`, row-major, 0..255
   * @returns float32 `[count, featureSize]`, row-major
   */
  embed(images: Uint8Array, count: number): Promise<Float32Array>;
  /** Frees the runtime's memory; the extractor must not be used afterwards. */
  dispose(): Promise<void>;
}

/** Metadata of a TensorFlow.js graph model that its files do not contain. */
export interface ExtractorSpec extends Normalisation {
  readonly id: string;
  /** Side of the input image the network was trained at, in pixels. */
  readonly imageSize: number;
  /** How images became squares when it was trained, as far as that is known. */
  readonly fitting?: Partial<Fitting>;
  /** Node whose output, flattened, is the bottleneck `[n, featureSize]`: a global average pool. */
  readonly embeddingNode: string;
  readonly featureSize: number;
  /** Of tokens `[n, tokens, featureSize]`: the first (default), or the mean of those of places. */
  readonly token?: Token | undefined;
  readonly licence: string;
  readonly source: string;
}

/** Which of a transformer's tokens give the features. */
export type Token = 'first' | 'mean';

/** What the user says of a network: it goes before what its files say. */
export interface Stated {
  readonly mean?: Normalisation['mean'] | undefined;
  readonly std?: Normalisation['std'] | undefined;
  readonly embedding?: string | undefined;
  readonly token?: Token | undefined;
  /** In pixels. */
  readonly imageSize?: number | undefined;
}

/** `auto`: ONNX Runtime, or TensorFlow.js where that cannot be loaded. */
export type EngineChoice = Engine | 'auto';
