// An extractor as it was read, before any runtime has opened it.

import type { OnnxGraph } from '../network/onnx/graph.ts';
import type { TfjsFiles, TfjsGraph } from '../network/tfjs/graph.ts';
import type { ExtractorSpec } from './extractor.ts';
import type { ImageInput } from './onnx/image-input.ts';

/** Metadata and files of an extractor: enough to open it. */
export interface ExtractorFiles {
  readonly spec: ExtractorSpec;
  readonly weightsSha256: string;
  readonly network: ExtractorNetwork;
  /** For people; where it is left out, the network is whole and says it itself. */
  readonly choice?: EmbeddingChoice;
}

/** How the node that gives the features was found. */
export interface EmbeddingChoice {
  /** `the last mean over places on the way to the output` */
  readonly why: string;
  /** Of the whole network, as it was before all after the features was left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Other nodes that could give the features. */
  readonly others: readonly OtherEmbedding[];
}

export interface OtherEmbedding {
  readonly node: string;
  /** Of tokens, their mean instead of the first. */
  readonly token?: 'mean';
  /** What it is. */
  readonly what?: string;
}

/** A frozen network in the format that it came in. */
export type ExtractorNetwork =
  | ({ readonly format: 'tfjs' } & TfjsFiles)
  | { readonly format: 'tensorflow'; readonly graph: TfjsGraph }
  | OnnxNetwork;

export interface OnnxNetwork {
  readonly format: 'onnx';
  /** Up to the features. */
  readonly graph: OnnxGraph;
  readonly image: ImageInput;
}

export interface TfjsExtractor extends ExtractorFiles {
  readonly network: Extract<ExtractorNetwork, { format: 'tfjs' }>;
}
