// Near-duplicates across splits in words, and as a table.

import { examplesOf } from '../base/examples.ts';
import { writePrivate } from '../base/files.ts';
import type { Message } from '../base/messages.ts';
import { csvHeader, csvRow } from '../data/csv-cells.ts';
import type { SplitName } from '../data/split-names.ts';
import type { EvaluationFile } from '../model/evaluation-file.ts';
import type { NearDuplicatePair, NearDuplicates } from './results.ts';

/** A warning for those in different splits, and one for those only in different folds. */
export function nearDuplicateWarnings(near: NearDuplicates): Message[] {
  const { images, pairs_across_folds: folded, not_compared: left } = nearDuplicateCounts(near);
  const counts = (['validation', 'testing'] as const).filter((split) => images[split] > 0);
  const total = images.validation + images.testing;
  const have = total === 1 ? '1 image has' : `${total} images have`;
  const of = counts.map((split) => `${images[split]} of ${split}`).join(', ');
  const across = `${have} a near-duplicate in an earlier split (${of}), so metrics on them are optimistic`;
  const byFolds = `near-duplicates in different folds: ${folded}, so cross-validated metrics are optimistic`;
  const more = left > 0 ? `; ${left} more likely pairs are left to imgdiag check` : '';
  const examples = (wanted: boolean) =>
    examplesOf(
      near.pairs
        .filter((pair) => isAcrossSplits(pair) === wanted)
        .map(({ image, copyOf, relation }) => `${image.path} and ${copyOf.path} (${relation})`),
    );
  return [
    ...(total > 0 ? [['warning', `${across}: ${examples(true)}${more}`] as const] : []),
    ...(folded > 0 ? [['warning', `${byFolds}: ${examples(false)}${more}`] as const] : []),
  ];
}

/** What evaluation.json holds of them. */
export function nearDuplicateCounts({
  pairs,
  compared,
  left,
}: NearDuplicates): NonNullable<EvaluationFile['near_duplicates']> {
  const across = pairs.filter(isAcrossSplits);
  const imagesOf = (split: SplitName) =>
    new Set(across.flatMap(({ image }) => (image.split === split ? [image.path] : []))).size;
  return {
    compared,
    not_compared: left,
    images: { validation: imagesOf('validation'), testing: imagesOf('testing') },
    pairs_across_folds: pairs.length - across.length,
  };
}

function isAcrossSplits({ image, copyOf }: NearDuplicatePair): boolean {
  return image.split !== copyOf.split;
}

/** `path,split,fold,near_duplicate_of,its_split,its_fold,relation` */
export async function writeNearDuplicates(
  file: string,
  pairs: readonly NearDuplicatePair[],
): Promise<void> {
  const header = 'path,split,fold,near_duplicate_of,its_split,its_fold,relation'.split(',');
  const cells = ({ path, split, fold }: NearDuplicatePair['image']) => [
    path,
    split,
    fold === null ? '' : String(fold + 1),
  ];
  const rows = pairs.map(({ image, copyOf, relation }) =>
    csvRow([...cells(image), ...cells(copyOf), relation]),
  );
  await writePrivate(file, [csvHeader(header), ...rows].join(''));
}
