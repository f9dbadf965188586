// What the log says of a split: planned and actual shares, groups, and labels with few images.

import type { Message } from '../base/messages.ts';
import type { PlannedSplit } from './plan-split.ts';
import type { LabelledFile } from './scan.ts';
import type { Split } from './split.ts';
import { SPLIT_NAMES, type SplitName } from './split-names.ts';

/** What no two sets share: bytes of a file may be shared, content and groups not. */
export type DisjointBy = 'file' | 'content' | 'group';

/** Fewer images of a label than this get a warning, as in retrain.py. */
const FEW_IMAGES = 20;

export function warnOfFew(labels: readonly string[], files: readonly LabelledFile[]): Message[] {
  return labels.flatMap((label) => {
    const count = files.filter((file) => file.label === label).length;
    return count >= FEW_IMAGES
      ? []
      : [['warning', `label ${label} has only ${count} images; ${FEW_IMAGES} or more are advised`]];
  });
}

/** A message per label, then the level at which the sets are disjoint. */
export function describeShares(planned: PlannedSplit, split: Split): Message[] {
  const { plan, dataset, files } = planned;
  const { testing_percentage: testing, validation_percentage: validation } = plan;
  const shareOf = { training: 100 - testing - validation, validation, testing };
  const lines = dataset.labels.map((label): Message => {
    const indices = [...files.keys()].filter((i) => files[i].label === label && split.sets[i]);
    const shares = SPLIT_NAMES.map((set) => {
      const count = indices.filter((i) => split.sets[i] === set).length;
      const actual = ((100 * count) / Math.max(1, indices.length)).toFixed(1);
      const wanted = dataset.presplit ? 'given' : `planned ${shareOf[set]}%`;
      return `${count} ${set} (${actual}%, ${wanted})`;
    });
    return ['info', `${label}: ${indices.length} images: ${shares.join(', ')}`];
  });
  return [...lines, ['info', describeLevel(planned, split)]];
}

function describeLevel(planned: PlannedSplit, split: Split): string {
  const { files } = planned;
  const level = levelOf(planned, split);
  if (level === 'file') return 'images with identical bytes stand in two sets: the metrics flatter';
  if (level === 'content') {
    return 'no image stands in two sets; whether a patient does is not known (see --group_by)';
  }
  const counts = SPLIT_NAMES.map((set) => {
    const groups = files.flatMap(({ group }, i) =>
      split.sets[i] === set && group !== undefined ? [group] : [],
    );
    return `${new Set(groups).size} ${set}`;
  });
  return `no group stands in two sets: ${counts.join(', ')} groups`;
}

/** The strongest level at which no two sets share anything. */
export function levelOf({ files, plan }: PlannedSplit, { sets }: Split): DisjointBy {
  const setOf = new Map<string, SplitName>();
  const leaks = files.some(({ sha256 }, index) => {
    const set = sets[index];
    if (set === undefined) return false;
    const other = setOf.get(sha256) ?? set;
    setOf.set(sha256, set);
    return other !== set;
  });
  if (leaks) return 'file';
  return plan.grouping === 'none' ? 'content' : 'group';
}
