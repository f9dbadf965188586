// Messages about the splits: planned and actual shares, groups, and labels with few images.

import { type Message, shorten } from '../base/messages.ts';
import type { LabelledFile } from './dataset.ts';
import type { PlannedSplit } from './plan-split.ts';
import type { Split } from './split.ts';
import { SPLIT_NAMES, type SplitName } from './split-names.ts';

/** What no two splits share; for `file`, not even identical bytes are kept apart. */
export type DisjointBy = 'file' | 'content' | 'group';

/** Fewer images of a label than this get a warning, as in retrain.py. */
const FEW_IMAGES = 20;

export function warnOfFew(
  labels: readonly string[],
  files: readonly LabelledFile[],
): readonly Message[] {
  const countOf = countBy(files, ({ label }) => label);
  const warnings = labels.flatMap((label): Message[] => {
    const count = countOf.get(label) ?? 0;
    return count >= FEW_IMAGES
      ? []
      : [['warning', `label ${label} has only ${count} images; ${FEW_IMAGES} or more are advised`]];
  });
  return shorten(warnings, (count) => `${count} more labels have fewer than ${FEW_IMAGES} images`);
}

function countBy<T>(items: readonly T[], keyOf: (item: T, index: number) => string) {
  const counts = new Map<string, number>();
  for (const [index, item] of items.entries()) {
    const key = keyOf(item, index);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** What was done to find near-duplicates across splits: likely pairs compared, and not. */
export interface ComparedPairs {
  readonly pairs: readonly unknown[];
  readonly compared: number;
  readonly left: number;
}

/**
 * A message per label, then the level at which the splits are disjoint.
 * @param near undefined where nothing was done to find near-duplicates
 */
export function describeShares(
  planned: PlannedSplit,
  { splitOf }: Split,
  near: ComparedPairs | undefined,
): Message[] {
  const { plan, dataset, files } = planned;
  const { testing_percentage: testing, validation_percentage: validation } = plan;
  const shareOf = { training: 100 - testing - validation, validation, testing };
  const countOf = countBy(files, ({ label }, i) => `${splitOf[i]} ${label}`);
  const lines = dataset.labels.map((label): Message => {
    const counts = SPLIT_NAMES.map((split) => countOf.get(`${split} ${label}`) ?? 0);
    const images = counts.reduce((sum, count) => sum + count, 0);
    const shares = SPLIT_NAMES.map((split, at) => {
      const count = counts[at];
      const actual = ((100 * count) / Math.max(1, images)).toFixed(1);
      const wanted = dataset.presplit ? 'given' : `planned ${shareOf[split]}%`;
      return `${count} ${split} (${actual}%, ${wanted})`;
    });
    return ['info', `${label}: ${images} images: ${shares.join(', ')}`];
  });
  const shown = shorten(
    lines,
    (count) => `${count} more labels: their numbers are in manifest.json`,
  );
  return [...shown, ['info', describeLevel(planned, splitOf, near)]];
}

function describeLevel(
  planned: PlannedSplit,
  splitOf: Split['splitOf'],
  near: ComparedPairs | undefined,
): string {
  const { files } = planned;
  const level = levelOf(planned, splitOf);
  if (level === 'file')
    return 'files with identical bytes are in two splits, so metrics are optimistic';
  if (level === 'content') {
    return `no file is in two splits byte for byte; ${describeNear(near)}; patients may be (see --group_by)`;
  }
  const counts = SPLIT_NAMES.map((split) => {
    const groups = files.flatMap(({ group }, i) =>
      splitOf[i] === split && group !== undefined ? [group] : [],
    );
    return `${new Set(groups).size} ${split}`;
  });
  return `no group is in two splits: ${counts.join(', ')} groups; ${describeNear(near)}`;
}

/** Claims what was done and no more: `no near-duplicate was found among 3 likely pairs`. */
function describeNear(near: ComparedPairs | undefined): string {
  if (near === undefined) return 'near-duplicates are left to imgdiag check';
  if (near.pairs.length > 0) return 'near-duplicates were found (see the warning)';
  const { compared, left } = near;
  if (compared + left === 0) return 'no likely near-duplicate was found';
  const of = left > 0 ? `${compared} of ${compared + left}` : `${compared}`;
  return `no near-duplicate was found among ${of} likely ${of === '1' ? 'pair' : 'pairs'}`;
}

/** The strongest level at which no two splits share anything. */
export function levelOf({ files, plan }: PlannedSplit, splitOf: Split['splitOf']): DisjointBy {
  const seen = new Map<string, SplitName>();
  const leaks = files.some(({ sha256 }, index) => {
    const split = splitOf[index];
    if (split === undefined) return false;
    const other = seen.get(sha256) ?? split;
    seen.set(sha256, split);
    return other !== split;
  });
  if (leaks) return 'file';
  return plan.grouping === 'none' ? 'content' : 'group';
}
