// Labelled files from any source: the common type, and reading it from a folder.

import path from 'node:path';
import { InputError } from '../base/errors.ts';
import { compareCodeUnits } from '../base/hash.ts';
import type { Message } from '../base/messages.ts';
import { checkGivenSplit, splitNamed } from './given-split.ts';
import { checkLabelNames } from './labels.ts';
import { type LabelledFile, type LabelledFolder, scanLabelledFolder } from './scan.ts';
import { SPLIT_NAMES, type SplitName } from './split-names.ts';

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
}

/** @returns a new list, by label and then path: the order of every dataset */
export function sortFiles<F extends LabelledFile>(files: readonly F[]): F[] {
  return [...files].sort(
    (a, b) => compareCodeUnits(a.label, b.label) || compareCodeUnits(a.path, b.path),
  );
}

/**
 * One folder of images per label, or, where the folders are called train and val or test, one
 * folder of label folders per split.
 * @param atLeast labels required
 * @throws InputError when the folder is missing, holds fewer labels, or a ready-made split
 *   without training images of a label
 */
export async function readFolderDataset(imageDir: string, atLeast = 2): Promise<Dataset> {
  const found = await scanLabelledFolder(imageDir, atLeast);
  return found.labels.every((name) => splitNamed(name) !== undefined)
    ? readyMadeSplit(imageDir, found, atLeast)
    : { ...found, presplit: false };
}

function readyMadeSplit(imageDir: string, found: LabelledFolder, atLeast: number): Dataset {
  const parts = partsOf(imageDir, found.labels);
  const notes = [...found.notes];
  const counts: string[] = [];
  const files: DatasetFile[] = [];
  for (const [givenSplit, part] of parts) {
    const all = found.files.filter(({ label }) => label === part);
    const labelled = all.filter(({ path: name }) => name.split('/').length > 2);
    const loose = all.length - labelled.length;
    if (labelled.length === 0) {
      throw new InputError(
        `expected label folders in ${path.join(imageDir, part)}, found only loose files`,
        { hint: 'sort them into label folders, or move that folder elsewhere' },
      );
    }
    if (loose > 0)
      notes.push(['info', `${loose} files beside the label folders of ${part} are ignored`]);
    counts.push(`${part} ${labelled.length}`);
    for (const file of labelled)
      files.push({ ...file, label: file.path.split('/')[1], givenSplit });
  }
  const ordered = sortFiles(files);
  const labels = [...new Set(ordered.map(({ label }) => label))];
  if (labels.length < atLeast) {
    throw new InputError(
      `expected at least 2 label folders in each part of ${imageDir}, found 1 (${labels[0]})`,
      { hint: `give every label a folder, e.g. ${path.join(imageDir, found.labels[0], 'cats')}` },
    );
  }
  checkLabelNames(labels, imageDir, 'merge the folders, or rename one');
  const lacking = checkGivenSplit(ordered, labels, imageDir, (file) => file.path);
  const announcement: Message = ['info', `found a ready-made split: ${counts.join(', ')} images`];
  return { labels, files: ordered, notes: [announcement, ...notes, ...lacking], presplit: true };
}

/** Folder name of each split, training first. */
function partsOf(imageDir: string, names: readonly string[]): [SplitName, string][] {
  const parts = new Map<SplitName, string>();
  for (const name of names) {
    const split = splitNamed(name) as SplitName;
    const other = parts.get(split);
    if (other !== undefined) {
      throw new InputError(
        `expected one folder of ${split} images in ${imageDir}, found ${other} and ${name}`,
        { hint: 'merge the two folders, or move one away' },
      );
    }
    parts.set(split, name);
  }
  if (!parts.has('training')) {
    throw new InputError(
      `expected a train folder in ${imageDir} beside ${names.join(' and ')}, found none`,
      { hint: 'add it, or give one of these folders as --image_dir to let imgdiag split it' },
    );
  }
  return SPLIT_NAMES.flatMap((split) => {
    const name = parts.get(split);
    return name === undefined ? [] : [[split, name]];
  });
}
