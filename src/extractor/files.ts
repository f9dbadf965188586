// An extractor as it was read, before any runtime has opened it.

import type { TfjsFiles, TfjsGraph } from '../network/tfjs/graph.ts';
import type { ExtractorSpec } from './extractor.ts';

/** Metadata and files of an extractor: enough to open it. */
export interface ExtractorFiles {
  readonly spec: ExtractorSpec;
  readonly weightsSha256: string;
  readonly network: ExtractorNetwork;
}

/** A frozen network in the format that it came in. */
export type ExtractorNetwork =
  | ({ readonly format: 'tfjs' } & TfjsFiles)
  | { readonly format: 'tensorflow'; readonly graph: TfjsGraph };

export interface TfjsExtractor extends ExtractorFiles {
  readonly network: Extract<ExtractorNetwork, { format: 'tfjs' }>;
}
