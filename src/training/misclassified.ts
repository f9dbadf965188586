// The images that a head misclassifies, as retrain.py lists them.

import type { Matrix } from '../base/matrix.ts';
import { applyHead, type Head } from '../head/head.ts';
import { mostProbable } from '../head/softmax.ts';

export interface Misclassified {
  readonly path: string;
  readonly label: string;
  readonly predicted: string;
}

/** @param features raw, one row per image */
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
