// The cheap part of the data check: findings from cached features and properties, without pixels.

import type { Message } from '../base/messages.ts';
import { worstFirst } from './check-images.ts';
import { type Copy, duplicateFindings, exactDuplicates } from './duplicates.ts';
import type { Finding, FindingKind } from './findings.ts';
import { findImbalance } from './imbalance.ts';
import type { CheckInput } from './input.ts';
import { findLabelErrors } from './label-errors.ts';
import { nearestNeighbours } from './neighbours.ts';
import { findOddities } from './oddities.ts';
import { findOutliers } from './outliers.ts';
import { cachedProperties, findShortcuts } from './shortcuts.ts';

/**
 * Exact duplicates, shortcuts by cached properties, imbalance; dark, bright, tiny, elongated
 * images.
 * @param near near-duplicates that are known
 */
export function propertyFindings(
  input: Omit<CheckInput, 'features'>,
  near: readonly Copy[] = [],
): Finding[] {
  return worstFirst([
    ...duplicateFindings(input, [...exactDuplicates(input.files), ...near]),
    ...findShortcuts(input, cachedProperties(input)),
    ...findImbalance(input),
    ...findOddities(input),
  ]);
}

/** Feature values (rows x columns) up to which more than `propertyFindings` is fast enough. */
const FEW_FEATURES = 300_000;

/**
 * All that needs no pixels: `propertyFindings` and, if there are few features, probable label
 * errors and outliers: about a second for 1,000 images of 256 features, growing with the square.
 */
export async function featureFindings(
  input: CheckInput,
  signal?: AbortSignal,
): Promise<readonly Finding[]> {
  const known = input.known ?? propertyFindings(input);
  if (input.features.data.length > FEW_FEATURES) return known;
  const neighbours = await nearestNeighbours(input, signal);
  return worstFirst([
    ...known,
    ...(await findLabelErrors(input, neighbours, signal)),
    ...findOutliers(input, neighbours),
  ]);
}

/** Kinds of images that show almost nothing. */
const BLANK: readonly FindingKind[] = ['dark', 'bright'];

/**
 * Messages of a training.
 * @param images how many there are
 * @returns a warning if more than half of the images are almost black or white; the worst warning
 *   with the number of others, and where to see all; none without warnings
 */
export function warningsOf(findings: readonly Finding[], images: number): Message[] {
  const blank = findings.filter(({ kind }) => BLANK.includes(kind));
  const count = blank.reduce((sum, { items }) => sum + items.length, 0);
  const lost: Message[] =
    count <= images / 2
      ? []
      : [['warning', `${count} of ${images} images are almost entirely black or white`]];
  // Duplicates across splits have warnings of their own.
  const warnings = findings.filter(
    ({ severity, kind }) => severity === 'warning' && kind !== 'duplicates_across_splits',
  );
  if (warnings.length === 0) return lost;
  const [worst, ...others] = warnings;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return [
    ...lost,
    ['warning', `${worst.sentence}${more}`],
    ['info', 'imgdiag check lists the images, and checks more'],
  ];
}
