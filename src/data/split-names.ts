// The three sets that images are split into.

export type SplitName = 'training' | 'validation' | 'testing';
export const SPLIT_NAMES: readonly SplitName[] = ['training', 'validation', 'testing'];

/** Shares in percent; what is left over is for training. */
export interface SplitPercentages {
  readonly testing: number;
  readonly validation: number;
}

/** The same metric, or whatever else, for each set. */
export function bySplit<T>(make: (set: SplitName) => T): Record<SplitName, T> {
  return { training: make('training'), validation: make('validation'), testing: make('testing') };
}
