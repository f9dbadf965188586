// The network of an extractor, whatever its format, as one that begins with bytes of pixels.

import type { NetworkInput } from '../images/preprocessing.ts';
import type { OnnxGraph } from '../network/onnx/graph.ts';
import { encodeOnnxModel } from '../network/onnx/write.ts';
import { parseTfjsGraph } from '../network/tfjs/graph.ts';
import type { ExtractorFiles } from './files.ts';
import { importExtractor } from './import/graph.ts';
import { cutExtractor } from './onnx/cut.ts';

/**
 * Input `image`: uint8 `[n, size, size, 3]`, RGB, 0..255; n is variable, or 1 where the network's batch is fixed.
 * Outputs `embedding`: float32 `[n, featureSize]`; and, where that is the mean over places of a map,
 * `feature_map`: float32 `[n, c, h, w]`. Further nodes can be pushed onto the graph and read `embedding`.
 * @param reserved other names that no value may have
 * @throws UnfitError when the network contains what is not supported, or does not match its `spec`
 */
export function extractorGraph(
  { network, spec }: Pick<ExtractorFiles, 'network' | 'spec'>,
  input: NetworkInput,
  reserved: readonly string[] = [],
): OnnxGraph {
  switch (network.format) {
    case 'tfjs':
      return importExtractor(parseTfjsGraph(network), spec, input, reserved);
    case 'tensorflow':
      return importExtractor(network.graph, spec, input, reserved);
    case 'onnx':
      return cutExtractor(network, spec, input, reserved);
  }
}

/** The same as the bytes of a file. */
export function encodeExtractor(
  files: Pick<ExtractorFiles, 'network' | 'spec'>,
  input: NetworkInput,
): Uint8Array {
  return encodeOnnxModel(extractorGraph(files, input));
}
