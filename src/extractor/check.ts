// What is looked at before any engine opens an extractor, whoever made it.

import { UnfitError, UsageError } from '../base/errors.ts';
import { MalformedError } from '../base/protobuf-read.ts';
import type { NetworkInput } from '../images/preprocessing.ts';
import { batchFor, type ImagesAtOnce, imagesAtOnce } from '../network/onnx/batch.ts';
import { readOnnxModel } from '../network/onnx/read.ts';
import { IMAGE_SIZE } from './extractor.ts';
import type { ExtractorFiles } from './files.ts';
import { encodeExtractor, extractorGraph } from './graph.ts';

/** Sizes tried to either side of one that a network does not take: most take multiples of 32 or less. */
const SIZES_TRIED = 32;

export interface CheckedExtractor {
  /** The network as ONNX. */
  readonly bytes: Uint8Array;
  /** How many images it is run on at once. */
  readonly batch: number;
  readonly imagesAtOnce: ImagesAtOnce;
}

/**
 * The network as ONNX, and how many images it may be run on at once.
 * @throws UsageError for a size that the network does not take, though it takes others; UnfitError for operators that are not supported, and for one that takes too much memory or time
 */
export function checkExtractor(files: ExtractorFiles, input: NetworkInput): CheckedExtractor {
  const bytes = encodeAtSize(files, input);
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

/** @throws as `checkExtractor` */
function encodeAtSize(files: ExtractorFiles, input: NetworkInput): Uint8Array {
  try {
    return encodeExtractor(files, input);
  } catch (error) {
    if (!(error instanceof UnfitError)) throw error;
    const nearest = nearestSize(files, input);
    if (nearest === undefined) throw error;
    throw new UsageError(
      `expected --image_size to be one that ${files.spec.id} takes, found ${input.size}: ${error.message}`,
      { hint: `the nearest that works: --image_size ${nearest}`, cause: error },
    );
  }
}

/** The size nearest to one that does not work, or the network's own; undefined where that fails, too. */
function nearestSize(files: ExtractorFiles, input: NetworkInput): number | undefined {
  const works = (size: number) => {
    try {
      return Boolean(extractorGraph(files, { ...input, size }));
    } catch {
      return false;
    }
  };
  const own = files.spec.imageSize;
  if (own === input.size || !works(own)) return undefined;
  for (let step = 1; step <= SIZES_TRIED && step < Math.abs(own - input.size); step++) {
    const near = [input.size - step, input.size + step].find(
      (size) => size >= IMAGE_SIZE.from && size <= IMAGE_SIZE.to && works(size),
    );
    if (near !== undefined) return near;
  }
  return own;
}
