// The three sets that images are split into.

export type SetName = 'training' | 'validation' | 'testing';
export const SET_NAMES: readonly SetName[] = ['training', 'validation', 'testing'];

/** Shares in percent; what is left over is for training. */
export interface SplitPercentages {
  readonly testing: number;
  readonly validation: number;
}

/** The same figure, or whatever else, for each set. */
export function bySet<T>(make: (set: SetName) => T): Record<SetName, T> {
  return { training: make('training'), validation: make('validation'), testing: make('testing') };
}
