// What is looked at before any engine opens an extractor, whoever made it.

import { UnfitError } from '../base/errors.ts';
import { MalformedError } from '../base/protobuf-read.ts';
import type { NetworkInput } from '../images/preprocessing.ts';
import { batchFor, type ImagesAtOnce, imagesAtOnce } from '../network/onnx/batch.ts';
import { readOnnxModel } from '../network/onnx/read.ts';
import type { ExtractorFiles } from './files.ts';
import { encodeExtractor } from './graph.ts';

export interface CheckedExtractor {
  /** The network as ONNX. */
  readonly bytes: Uint8Array;
  /** How many images it is run on at once. */
  readonly batch: number;
  readonly imagesAtOnce: ImagesAtOnce;
}

/**
 * The network as ONNX, and how many images it may be run on at once.
 * @throws UnfitError for operators that are not supported, and for one that takes too much memory or time
 */
export function checkExtractor(files: ExtractorFiles, input: NetworkInput): CheckedExtractor {
  const bytes = encodeExtractor(files, input);
  try {
    const graph = readOnnxModel(bytes);
    return { bytes, batch: batchFor(graph).batch, imagesAtOnce: imagesAtOnce(graph) };
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    throw new UnfitError(
      `expected a network within the limits of imgdiag at ${input.size} pixels, found ${error.message}`,
      { hint: 'use a smaller --image_size, or another feature extractor', cause: error },
    );
  }
}
