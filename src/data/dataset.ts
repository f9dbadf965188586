// Labelled files from any source: a folder or a table.

import { compareCodeUnits } from '../base/hash.ts';
import type { Message } from '../base/messages.ts';
import type { FoundFile } from './scan.ts';
import type { SplitName } from './split-names.ts';

export interface LabelledFile extends FoundFile {
  readonly label: string;
}

/**
 * `path` names a file uniquely and is what a split hashes. In a ready-made split it begins with the
 * part (`train/ants/1.jpg`): parts often number their files from 1, so that `ants/1.jpg` of two
 * parts are two different images.
 */
export interface DatasetFile extends LabelledFile {
  /** The split that the data itself names; given for all files or for none. */
  readonly givenSplit?: SplitName;
  /** Patient, study or the like: files that share it stay in one split. Not blank. */
  readonly group?: string;
}

export interface Dataset {
  /** In code-unit order; at least two. */
  readonly labels: readonly string[];
  /** Ordered by label, then path, in code units. */
  readonly files: readonly DatasetFile[];
  /** What was found and what was left out, for the log. */
  readonly notes: readonly Message[];
  /** Whether every file has its `givenSplit`. */
  readonly presplit: boolean;
  /** The hint to give another folder, where the only label looks like a folder of labels. */
  readonly inner?: string;
}

/** @returns a new list, by label and then path: the order of every dataset */
export function sortFiles<F extends LabelledFile>(files: readonly F[]): F[] {
  return [...files].sort(
    (a, b) => compareCodeUnits(a.label, b.label) || compareCodeUnits(a.path, b.path),
  );
}
