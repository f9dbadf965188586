// The cheap part of the check: what is known once the features are there, without looking at pixels.

import type { Message } from '../base/messages.ts';
import { worstFirst } from './check-images.ts';
import { duplicateFindings, exactCopies } from './duplicates.ts';
import type { Finding } from './findings.ts';
import { findImbalance } from './imbalance.ts';
import type { CheckInput } from './input.ts';
import { findLabelErrors } from './label-errors.ts';
import { nearestNeighbours } from './neighbours.ts';
import { findOddities } from './oddities.ts';
import { findOutliers } from './outliers.ts';
import { cachedProperties, findShortcuts } from './shortcuts.ts';

/** Exact duplicates, shortcuts by cached properties, imbalance; dark, bright, tiny and odd shapes. */
export function quickFindings(input: Omit<CheckInput, 'features'>): Finding[] {
  return worstFirst([
    ...duplicateFindings(input, exactCopies(input.files)),
    ...findShortcuts(input, cachedProperties(input)),
    ...findImbalance(input),
    ...findOddities(input),
  ]);
}

/** Features in all (rows x columns) up to which a report may wait for more than the quick part. */
const FEW_FEATURES = 300_000;

/**
 * What needs no pixels: the quick findings and, where there are few features, probable label errors
 * and outliers: about a second for 1,000 images of 256 features, and growing with the square.
 */
export async function featureFindings(input: CheckInput, signal?: AbortSignal): Promise<Finding[]> {
  if (input.features.data.length > FEW_FEATURES) return quickFindings(input);
  const neighbours = await nearestNeighbours(input, signal);
  return worstFirst([
    ...quickFindings(input),
    ...(await findLabelErrors(input, neighbours, signal)),
    ...findOutliers(input, neighbours),
  ]);
}

/**
 * For the log of a training.
 * @returns the worst warning with the number of others, at most two messages; none without warnings
 */
export function warningsOf(findings: readonly Finding[]): Message[] {
  // Copies across sets are told by the split itself.
  const warnings = findings.filter(
    ({ severity, kind }) => severity === 'warning' && kind !== 'duplicates_across_splits',
  );
  if (warnings.length === 0) return [];
  const [worst, ...others] = warnings;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return [
    ['warning', `${worst.sentence}${more}`],
    ['info', 'imgdiag check shows which images, and looks further'],
  ];
}
