// Finds the images of a labelled folder: one folder per label, files anywhere below it.

import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../base/errors.ts';
import { compareCodeUnits } from '../base/hash.ts';
import type { Message } from '../base/messages.ts';
import type { Place } from '../images/read.ts';
import { listFolder } from './entries.ts';
import { splitNamed } from './given-split.ts';
import { checkLabelNames } from './labels.ts';

/** One file to be used, seen from the folder that was scanned. */
export interface FoundFile {
  /** Relative to the scanned folder, with `/` between parts on every platform; as it is shown. */
  readonly path: string;
  /** Where to read it: the folder as given, joined with `path`. */
  readonly file: Place;
}

export interface LabelledFile extends FoundFile {
  readonly label: string;
}

export interface LabelledFolder {
  /** In code-unit order; each has at least one file. */
  readonly labels: readonly string[];
  /** Ordered by label, then path. */
  readonly files: readonly LabelledFile[];
  /** What was left out, for the log. */
  readonly notes: readonly Message[];
}

/**
 * Every folder at the top counts as a label, also train and val: `readFolderDataset` handles those.
 * @param atLeast labels required
 * @throws InputError when the folder is missing, empty, or holds fewer labels
 */
export async function scanLabelledFolder(folder: string, atLeast = 2): Promise<LabelledFolder> {
  const entries = await listFolder(folder);
  // A link inside a label that leads back up must not file other labels' images under it.
  const above = new Set([await realPlace(folder)]);
  const labels: string[] = [];
  const files: LabelledFile[] = [];
  const notes: Message[] = [];
  let ignored = 0;
  let loose = 0;
  for (const entry of entries) {
    if (isHidden(entry.name)) {
      ignored++;
    } else if (entry.kind === 'folder') {
      if (await isOurs(entry.place)) {
        notes.push(['info', `${entry.name} was written by imgdiag and is not a label`]);
        continue;
      }
      const found = await walk(entry.place, entry.name, above);
      ignored += found.ignored;
      if (found.files.length === 0)
        notes.push(['info', `label ${entry.name} has no files and is ignored`]);
      else labels.push(entry.name);
      for (const file of found.files) files.push({ ...file, label: entry.name });
    } else {
      loose++;
    }
  }
  if (loose > 0) notes.push(['info', `${loose} files beside the label folders are ignored`]);
  if (ignored > 0) notes.push(['info', ignoredNote(ignored)]);
  checkLabels(folder, labels, loose, atLeast);
  return { labels, files, notes };
}

/** A model or report folder, written by a run inside the image folder. */
async function isOurs(folder: Place): Promise<boolean> {
  const names = new Set((await listFolder(folder)).map(({ name }) => name));
  const model = names.has('manifest.json') && names.has('versions');
  return model || (names.has('evaluation.json') && names.has('predictions.csv'));
}

export interface FoundFiles {
  /** In path order. */
  readonly files: readonly FoundFile[];
  /** Hidden files, `Thumbs.db`, `desktop.ini`, pipes and devices. */
  readonly ignored: number;
}

/** Every file below a folder. @throws InputError when the folder cannot be read */
export async function scanFolder(folder: Place): Promise<FoundFiles> {
  return walk(folder, '');
}

export function ignoredNote(count: number): string {
  return `${count} hidden or system files ignored`;
}

function checkLabels(
  folder: string,
  labels: readonly string[],
  loose: number,
  atLeast: number,
): void {
  if (labels.length < atLeast) {
    const found =
      labels.length === 0 ? (loose > 0 ? 'only loose files' : 'none') : `1 (${labels[0]})`;
    throw new InputError(
      `expected at least ${atLeast} label folder${atLeast === 1 ? '' : 's'} with images in ${folder}, found ${found}`,
      { hint: hintOnLabels(folder, labels) },
    );
  }
  checkLabelNames(labels, folder, 'merge the two folders, or rename one');
}

function hintOnLabels(folder: string, labels: readonly string[]): string {
  return labels.length === 1 && splitNamed(labels[0])
    ? `give --image_dir ${path.join(folder, labels[0])} to let imgdiag split the images of that part`
    : `put the images of each label in a folder of their own, e.g. ${path.join(folder, 'cats')} ${path.join(folder, 'dogs')}`;
}

/** @param above real paths of folders that must not be entered again */
async function walk(
  root: Place,
  prefix: string,
  above: ReadonlySet<string> = new Set(),
): Promise<FoundFiles> {
  const files: FoundFile[] = [];
  let ignored = 0;
  // Real paths of the folders above, so that a link back up does not loop for ever.
  async function visit(
    folder: Place,
    relative: string,
    entered: ReadonlySet<string>,
  ): Promise<void> {
    const real = await realPlace(folder);
    if (entered.has(real)) return;
    const inside = new Set([...entered, real]);
    for (const { name, place, kind } of await listFolder(folder)) {
      const below = relative === '' ? name : `${relative}/${name}`;
      if (isHidden(name) || kind === 'other') ignored++;
      else if (kind === 'folder') await visit(place, below, inside);
      else files.push({ path: below, file: place });
    }
  }
  await visit(root, prefix, above);
  files.sort((a, b) => compareCodeUnits(a.path, b.path));
  return { files, ignored };
}

/** Files that operating systems leave in image folders, and names that begin with a dot. */
export function isHidden(name: string): boolean {
  return name.startsWith('.') || /^(thumbs\.db|desktop\.ini)$/i.test(name);
}

/** Identifies a folder, whatever the encoding of its name. */
async function realPlace(folder: Place): Promise<string> {
  return (await realpath(folder, { encoding: 'buffer' })).toString('latin1');
}
