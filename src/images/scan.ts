// Finds the pictures of a labelled folder: one folder per label, files anywhere below it.

import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError, systemCode } from '../base/errors.ts';
import { compareCodeUnits } from '../base/hash.ts';
import { setNamed } from './given-split.ts';
import { checkLabelNames } from './labels.ts';

/** One file to be used, seen from the folder that was scanned. */
export interface FoundFile {
  /** Relative to the scanned folder, with `/` between parts on every platform. */
  readonly path: string;
  /** Where to read it: the folder as given, joined with `path`. */
  readonly file: string;
}

export interface LabelledFile extends FoundFile {
  readonly label: string;
}

export interface LabelledFolder {
  /** In code-unit order; each has at least one file. */
  readonly labels: readonly string[];
  /** Ordered by label, then path. */
  readonly files: readonly LabelledFile[];
  /** What was not taken, as sentences for the log. */
  readonly notes: readonly string[];
}

/**
 * Every top folder is taken for a label, also train and val: `readFolderDataset` knows better.
 * @param atLeast labels that there must be
 * @throws InputError when the folder is missing, empty, or holds fewer labels
 */
export async function scanLabelledFolder(folder: string, atLeast = 2): Promise<LabelledFolder> {
  const entries = await list(folder);
  // A link inside a label that leads back up must not file other labels' pictures under it.
  const above = new Set([await realpath(folder)]);
  const labels: string[] = [];
  const files: LabelledFile[] = [];
  const notes: string[] = [];
  let passedOver = 0;
  let loose = 0;
  for (const entry of entries) {
    if (isHidden(entry.name)) {
      passedOver++;
    } else if (await isFolder(entry, path.join(folder, entry.name))) {
      const found = await walk(path.join(folder, entry.name), entry.name, above);
      passedOver += found.passedOver;
      if (found.files.length === 0) notes.push(`label ${entry.name} has no files and is left out`);
      else labels.push(entry.name);
      for (const file of found.files) files.push({ ...file, label: entry.name });
    } else {
      loose++;
    }
  }
  if (loose > 0) notes.push(`${loose} files beside the label folders are left out`);
  if (passedOver > 0) notes.push(passedOverNote(passedOver));
  checkLabels(folder, labels, loose, atLeast);
  return { labels, files, notes };
}

export interface FoundFiles {
  /** In path order. */
  readonly files: readonly FoundFile[];
  /** Hidden files, `Thumbs.db`, `desktop.ini`, pipes and devices. */
  readonly passedOver: number;
}

/** Every file below a folder. @throws InputError when the folder cannot be read */
export async function scanFolder(folder: string): Promise<FoundFiles> {
  return walk(folder, '');
}

export function passedOverNote(count: number): string {
  return `${count} hidden or system files passed over`;
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
      `expected at least ${atLeast} label folder${atLeast === 1 ? '' : 's'} with pictures in ${folder}, found ${found}`,
      { hint: hintOnLabels(folder, labels) },
    );
  }
  checkLabelNames(labels, folder, 'merge the two folders, or rename one');
}

function hintOnLabels(folder: string, labels: readonly string[]): string {
  return labels.length === 1 && setNamed(labels[0])
    ? `give --image_dir ${path.join(folder, labels[0])} to have the pictures of that part split`
    : `put the images of each label in a folder of their own, e.g. ${path.join(folder, 'cats')} ${path.join(folder, 'dogs')}`;
}

/** @param above real paths of folders that are not to be entered again */
async function walk(
  root: string,
  prefix: string,
  above: ReadonlySet<string> = new Set(),
): Promise<FoundFiles> {
  const files: FoundFile[] = [];
  let passedOver = 0;
  // Real paths of the folders above, so that a link back up does not go round for ever.
  async function visit(
    folder: string,
    relative: string,
    entered: ReadonlySet<string>,
  ): Promise<void> {
    const real = await realpath(folder);
    if (entered.has(real)) return;
    const inside = new Set([...entered, real]);
    for (const entry of await list(folder)) {
      const file = path.join(folder, entry.name);
      const below = relative === '' ? entry.name : `${relative}/${entry.name}`;
      const kind = isHidden(entry.name) ? 'other' : await kindOf(entry, file);
      if (kind === 'folder') await visit(file, below, inside);
      else if (kind === 'file') files.push({ path: below, file });
      else passedOver++;
    }
  }
  await visit(root, prefix, above);
  files.sort((a, b) => compareCodeUnits(a.path, b.path));
  return { files, passedOver };
}

/** Files that systems leave in folders of pictures, and whatever begins with a dot. */
function isHidden(name: string): boolean {
  return name.startsWith('.') || /^(thumbs\.db|desktop\.ini)$/i.test(name);
}

async function list(folder: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => compareCodeUnits(a.name, b.name));
  } catch (error) {
    const reason = FOLDER_REASONS[systemCode(error) ?? ''];
    if (reason === undefined) throw error;
    throw new InputError(`expected a folder at ${folder}, ${reason}`, {
      hint: 'give the folder that holds one folder of pictures per label',
      cause: error,
    });
  }
}

const FOLDER_REASONS: Record<string, string> = {
  ENOENT: 'found nothing there',
  ENOTDIR: 'found a file',
  EACCES: 'but permission to read it was denied',
  EPERM: 'but permission to read it was denied',
  ELOOP: 'found a link that leads back to itself',
  ENAMETOOLONG: 'but the path is too long',
};

async function isFolder(entry: Dirent, file: string): Promise<boolean> {
  return (await kindOf(entry, file)) === 'folder';
}

/** A broken link counts as a file: reading it gives the sentence that names it. */
async function kindOf(entry: Dirent, file: string): Promise<'file' | 'folder' | 'other'> {
  if (!entry.isSymbolicLink()) {
    return entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : 'other';
  }
  try {
    const target = await stat(file);
    return target.isFile() ? 'file' : target.isDirectory() ? 'folder' : 'other';
  } catch {
    return 'file';
  }
}
