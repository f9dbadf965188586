// Finds a `--group_by` pattern that ties given pairs of files, and tries it on all of them.

import { ImgdiagError } from '../base/errors.ts';
import { groupBy } from './dataset-groups.ts';
import { capturesOf } from './group-captures.ts';
import type { PlannedSplit } from './plan-split.ts';
import { splitFiles } from './split.ts';

/** Files, and share of all, that one group may hold: beyond, they have little but a word in common. */
const [LARGEST_GROUP, LARGEST_SHARE] = [5, 0.1];

/**
 * Of the patterns that tie every pair, the one with the most groups.
 * @param pairs indices of files
 * @param endings regular expressions of what tools append to names
 * @param checkFolds throws an InputError where the groups are too few for the folds
 * @returns undefined without one, and where groups or a split are given
 */
export async function patternFor(
  planned: PlannedSplit,
  pairs: readonly (readonly [number, number])[],
  endings: readonly string[],
  checkFolds: (planned: PlannedSplit) => void,
): Promise<string | undefined> {
  const { files, dataset, plan, rule } = planned;
  if (dataset.presplit || plan.grouping !== 'none') return undefined;
  const paths = files.map((file) => file.path);
  const tried: { readonly pattern: string; readonly groups: number }[] = [];
  for (const pattern of candidates(endings)) {
    try {
      const grouped = groupBy(files, pattern, await capturesOf(pattern, paths));
      const groups = grouped.map(({ group }, file) => group ?? file);
      if (pairs.some(([one, other]) => groups[one] !== groups[other])) continue;
      const counts = new Map<string | number, number>();
      for (const group of groups) counts.set(group, (counts.get(group) ?? 0) + 1);
      const largest = Math.max(LARGEST_GROUP, LARGEST_SHARE * files.length);
      if ([...counts.values()].some((count) => count > largest)) continue;
      const tied = files.map((file, at) => ({ ...file, ...grouped[at] }));
      const split = splitFiles(tied, dataset.labels, { ...rule, recorded: undefined });
      checkFolds({ ...planned, files: tied, split });
      tried.push({ pattern, groups: counts.size });
    } catch (error) {
      // No file matches, or a label has too few groups.
      if (!(error instanceof ImgdiagError)) throw error;
    }
  }
  return tried.sort((a, b) => b.groups - a.groups)[0]?.pattern;
}

/** The name without endings, or its part before a separator; each also with the folder. */
function candidates(endings: readonly string[]): string[] {
  const whole = endings.length === 0 ? [] : [`([^/]+?)(?:${endings.join('|')})*\\.\\w+$`];
  const names = [...whole, '([^/]+)[_-][^/_-]+$', '([^/_-]+)[_-][^/]+$'];
  return names.flatMap((name) => [name, name.replace('(', '([^/]+/')]);
}
