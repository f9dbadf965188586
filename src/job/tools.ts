// What every job takes besides its options: callbacks and an abort signal.

import type { OnMessage } from '../base/messages.ts';
import type { StepReport } from '../head/fit.ts';

/** Callbacks that report on the work; the job itself prints nothing. */
export interface JobTools {
  readonly onMessage?: OnMessage | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** During training, after each logged step. */
  readonly onStep?: ((report: StepReport, validationImages: number) => void) | undefined;
  /** Once the trained model is saved; only other files are written after it. */
  readonly onSaved?: (() => void) | undefined;
  /** Aborts the work with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Called after each of `total` items; never if all come from the cache.
 * @param what such as `extracting features`
 */
export type OnProgress = (what: string, done: number, total: number) => void;
