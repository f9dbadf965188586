// The three splits: training, validation and testing.

export type SplitName = 'training' | 'validation' | 'testing';
export const SPLIT_NAMES: readonly SplitName[] = ['training', 'validation', 'testing'];

/** Shares in percent; the rest is for training. */
export interface SplitPercentages {
  readonly testing: number;
  readonly validation: number;
}

/** One value for each split. */
export function bySplit<T>(make: (split: SplitName) => T): Record<SplitName, T> {
  return { training: make('training'), validation: make('validation'), testing: make('testing') };
}
