// What is looked at before any engine opens an extractor, whoever made it.

import { UnfitError } from '../base/errors.ts';
import { MalformedError } from '../base/protobuf-read.ts';
import type { NetworkInput } from '../images/preprocessing.ts';
import { batchFor } from '../network/onnx/batch.ts';
import { readOnnxModel } from '../network/onnx/read.ts';
import type { ExtractorFiles } from './catalog.ts';
import { encodeExtractor } from './import/graph.ts';

/**
 * The network as ONNX, and how many images it may be run on at once.
 * @throws UnfitError for operators that are not supported, and for one that takes too much memory or time
 */
export function checkExtractor(
  files: ExtractorFiles,
  input: NetworkInput,
): { readonly bytes: Uint8Array; readonly batch: number } {
  const bytes = encodeExtractor(files, input);
  try {
    return { bytes, batch: batchFor(readOnnxModel(bytes)).batch };
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    throw new UnfitError(
      `expected a network within the limits of imgdiag at ${input.size} pixels, found ${error.message}`,
      { hint: 'use a smaller --image_size, or another feature extractor', cause: error },
    );
  }
}
