// What the log says of a split: planned and actual shares, groups, and labels with few images.

import { SET_NAMES, type Split } from '../head/split.ts';
import type { LabelledFile } from '../images/scan.ts';
import type { PlannedSplit } from './plan-split.ts';

/** Fewer images of a label than this get a warning, as in retrain.py. */
const FEW_IMAGES = 20;

export function warnOfFew(labels: readonly string[], files: readonly LabelledFile[]): string[] {
  return labels.flatMap((label) => {
    const count = files.filter((file) => file.label === label).length;
    return count >= FEW_IMAGES
      ? []
      : [`warning: label ${label} has only ${count} images; ${FEW_IMAGES} or more are advised`];
  });
}

/** A line per label, then the level at which the sets are disjoint. */
export function describeShares(
  split: Split,
  files: readonly (LabelledFile & { readonly group?: string })[],
  labels: readonly string[],
  { plan, dataset }: PlannedSplit,
): string[] {
  const { testing_percentage: testing, validation_percentage: validation } = plan;
  const planned = { training: 100 - testing - validation, validation, testing };
  const lines = labels.map((label) => {
    const indices = [...files.keys()].filter((i) => files[i].label === label && split.sets[i]);
    const shares = SET_NAMES.map((set) => {
      const count = indices.filter((i) => split.sets[i] === set).length;
      const actual = ((100 * count) / Math.max(1, indices.length)).toFixed(1);
      const wanted = dataset.presplit ? 'given' : `planned ${planned[set]}%`;
      return `${count} ${set} (${actual}%, ${wanted})`;
    });
    return `${label}: ${indices.length} images: ${shares.join(', ')}`;
  });
  return [...lines, describeLevel(split, files, plan.grouping !== 'none')];
}

function describeLevel(
  split: Split,
  files: readonly { readonly group?: string }[],
  grouped: boolean,
): string {
  if (!grouped) {
    return 'no picture stands in two sets; whether a patient does is not known (see --group_by)';
  }
  const counts = SET_NAMES.map((set) => {
    const groups = files.flatMap(({ group }, i) =>
      split.sets[i] === set && group !== undefined ? [group] : [],
    );
    return `${new Set(groups).size} ${set}`;
  });
  return `no group stands in two sets: ${counts.join(', ')} groups`;
}
