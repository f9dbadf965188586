// Reads back the trained parts of a saved model: the head, and the out-of-distribution detector.

import type { Head } from '../head/head.ts';
import type { OodDetector } from '../head/out-of-distribution.ts';
import { decodeLayersModel } from './layers-model.ts';
import type { FileName, Manifest } from './manifest.ts';
import { decodeOodDetector } from './out-of-distribution-file.ts';
import type { Model } from './read.ts';

/** `savedHead` needs a model that was read with this file. */
export const HEAD_WEIGHTS = 'head/weights.bin' satisfies FileName;

/** `savedOodDetector` needs a model that was read with this file. */
export const OOD_FILE = 'out_of_distribution.bin' satisfies FileName;

/** Of a model that was read with `HEAD_WEIGHTS`; for raw features. */
export function savedHead({ manifest, files }: Model): Head {
  const weights = files.get(HEAD_WEIGHTS) as Uint8Array;
  return decodeLayersModel(weights, headSizes(manifest), manifest.calibration.temperature);
}

/** Undefined where the model had too few images for one, or is of schema 1. */
export function savedOodDetector({ manifest, files }: Model): OodDetector | undefined {
  const bytes = files.get(OOD_FILE);
  if (bytes === undefined || manifest.out_of_distribution === null) return undefined;
  return decodeOodDetector(bytes, manifest.extractor.feature_size, manifest.labels.length);
}

/** Numbers of features, hidden units if any, and labels. */
function headSizes({ extractor, training, labels }: Manifest): number[] {
  const hidden = training.hidden_units > 0 ? [training.hidden_units] : [];
  return [extractor.feature_size, ...hidden, labels.length];
}
