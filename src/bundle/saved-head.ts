// The head of a saved model, read back from its weights.

import type { Head } from '../head/head.ts';
import { decodeLayersModel } from './layers-model.ts';
import type { FileName, Manifest } from './manifest.ts';
import type { Model } from './read.ts';

/** The file that a model must be read with for `savedHead`. */
export const HEAD_WEIGHTS = 'head/weights.bin' satisfies FileName;

/** Of a model that was read with `HEAD_WEIGHTS`; for raw features. */
export function savedHead({ manifest, files }: Model): Head {
  return decodeLayersModel(files.get(HEAD_WEIGHTS) as Uint8Array, headSizes(manifest));
}

/** Features, hidden units if there are any, labels. */
function headSizes({ extractor, training, labels }: Manifest): number[] {
  const hidden = training.hidden_units > 0 ? [training.hidden_units] : [];
  return [extractor.feature_size, ...hidden, labels.length];
}
