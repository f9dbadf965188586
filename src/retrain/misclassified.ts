// The images of a set that a head gets wrong, as retrain.py lists them.

import type { Matrix } from '../base/matrix.ts';
import { decodeLayersModel } from '../bundle/layers-model.ts';
import type { Model } from '../bundle/read.ts';
import { applyHead, type Head } from '../head/head.ts';
import { mostProbable } from '../head/softmax.ts';

export interface Misclassified {
  readonly path: string;
  readonly label: string;
  readonly predicted: string;
}

/** @param features raw, a row per image */
export function misclassifiedImages(
  head: Head,
  features: Matrix,
  images: readonly { readonly path: string; readonly label: string }[],
  labels: readonly string[],
): Misclassified[] {
  const scores = applyHead(head, features);
  return images.flatMap(({ path, label }, row) => {
    const predicted = labels[mostProbable(scores, row * labels.length, labels.length)];
    return predicted === label ? [] : [{ path, label, predicted }];
  });
}

/** The head of a model that has been read with its `head/weights.bin`. */
export function savedHead({ manifest, files }: Model): Head {
  const { feature_size: features } = manifest.extractor;
  const { hidden_units: hidden } = manifest.training;
  const sizes = [features, ...(hidden > 0 ? [hidden] : []), manifest.labels.length];
  return decodeLayersModel(files.get('head/weights.bin') as Uint8Array, sizes);
}
