// What a run tells while it works, and the rows that it hands to whoever writes tables.

import type { StepReport } from '../head/fit.ts';

/** How the work tells what it is doing; nothing here prints. */
export interface RetrainEvents {
  /** A line for the log; warnings begin with `warning:`. */
  note(text: string): void;
  /** After each image. `computed` were not in the cache. */
  progress(done: number, total: number, computed: number): void;
  /** After the last image. */
  extracted(counts: ExtractionCounts): void;
  step(report: StepReport, validationImages: number): void;
  /** Reads standard input to its end, for `manifest: '-'`. */
  readStdin(): Promise<Uint8Array>;
}

/** Numbers of image files. */
export interface ExtractionCounts {
  readonly total: number;
  readonly cached: number;
  readonly computed: number;
  readonly skipped: number;
}
