// The test images that a head misclassifies, as retrain.py lists them.

import { applyHead, type Head } from '../head/head.ts';
import { mostProbable } from '../head/softmax.ts';
import type { SplitRows } from './pool.ts';

export interface Misclassified {
  readonly path: string;
  readonly label: string;
  readonly predicted: string;
}

/** Of the test images among `rows`, in their order. */
export function misclassifiedImages(
  head: Head,
  rows: Pick<SplitRows, 'features' | 'splits'> & {
    readonly labels: readonly string[];
    readonly files: readonly { readonly path: string; readonly label: string }[];
  },
): Misclassified[] {
  const { features, splits, labels, files } = rows;
  const scores = applyHead(head, features);
  return files.flatMap(({ path, label }, row) => {
    const predicted = labels[mostProbable(scores, row * labels.length, labels.length)];
    const isWrong = splits[row] === 'testing' && predicted !== label;
    return isWrong ? [{ path, label, predicted }] : [];
  });
}
