// What every job can be handed besides its options: who listens, and when to stop.

import type { OnMessage } from '../base/messages.ts';
import type { StepReport } from '../head/fit.ts';

/** How the work tells what it is doing; nothing here prints. */
export interface JobTools {
  readonly onMessage?: OnMessage | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** Of a training: after each step that is logged. */
  readonly onStep?: ((report: StepReport, validationImages: number) => void) | undefined;
  /** Of a training: once the model folder is what the run makes of it; only other files follow. */
  readonly onSaved?: (() => void) | undefined;
  /** Ends the work with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Called after each of a known number of things; never for work that a cache has spared.
 * @param what `bottlenecks`, `images` or `pairs`
 */
export type OnProgress = (what: string, done: number, total: number) => void;
