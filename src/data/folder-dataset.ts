// Reads a data set from a folder: one folder per label, or a ready-made split of such folders.

import path from 'node:path';
import { InputError } from '../base/errors.ts';
import { examplesOf } from '../base/examples.ts';
import { compareCodeUnits } from '../base/hash.ts';
import { asReasons, type Message } from '../base/messages.ts';
import { shellWord } from '../base/shell.ts';
import { type Dataset, type DatasetFile, sortFiles } from './dataset.ts';
import { FOLDER_DENIED, permissionHint } from './entries.ts';
import { checkGivenSplit, splitInName } from './given-split.ts';
import { checkLabelNames } from './labels.ts';
import {
  innermost,
  isUsed,
  type Layout,
  type Needs,
  type Part,
  readLayout,
  TO_TRAIN,
} from './layout.ts';
import { type Folder, filesIn, scan, unlistedIn } from './scan.ts';
import { SPLIT_NAMES } from './split-names.ts';

/**
 * @throws InputError when the folder is missing, cannot be listed, holds too few labels, or can be
 *   read in two ways
 */
export async function readFolderDataset(
  imageDir: string,
  needs = TO_TRAIN,
  layout: Layout = 'auto',
  followLinks = false,
): Promise<Dataset> {
  const labels = layout === 'labels' ? 'first' : 'in parts';
  const { root, notes } = await scan(imageDir, { all: followLinks, labels });
  const dataset = readFolders({ imageDir, root, needs, notes }, layout);
  return { ...dataset, notes: [...dataset.notes, ...notes] };
}

interface Source {
  /** As given. */
  readonly imageDir: string;
  /** What is to be read: that folder, or one below. */
  readonly root: Folder;
  readonly needs: Needs;
  /** What was passed over. */
  readonly notes: readonly Message[];
  /** Only to see whether it can be read: no ways out are looked for. */
  readonly tried?: boolean;
}

function readFolders(source: Source, layout: Layout): Dataset {
  const used = source.root.folders.filter(isUsed);
  if (layout !== 'labels') requireListed(used.filter(({ name }) => splitInName(name)));
  const reading = readLayout(used, layout, source.needs);
  if (reading.as === 'either') throw undecided(source, used, reading.parts);
  return reading.as === 'labels'
    ? readLabels(source, used, reading.notes)
    : readSplit(source, used, reading.parts);
}

function readLabels(source: Source, used: readonly Folder[], doubts: readonly Message[]): Dataset {
  const { root, needs } = source;
  const place = placeOf(source, root);
  requireListed(used);
  const files = used.flatMap((folder) =>
    filesIn(folder).map((file): DatasetFile => ({ ...file, label: folder.name })),
  );
  const labels = [...new Set(files.map(({ label }) => label))];
  const inner = labels.length === 1 ? proposal(source, innermost(root)) : undefined;
  const lacking = [
    ...emptyNotes(root.folders.filter(({ name }) => !labels.includes(name))),
    ...unlistedNotes(source, used),
  ];
  if (labels.length < needs.labels) {
    const none = root.files.length > 0 ? 'only loose files' : 'none';
    const found = labels.length === 0 ? none : `1 (${labels[0]})`;
    const example = `e.g. ${path.join(place, 'cats')} ${path.join(place, 'dogs')}`;
    throw new InputError(
      `expected at least ${needs.labels} label folder${needs.labels === 1 ? '' : 's'} with images in ${place}, found ${found}${asReasons([...lacking, ...source.notes])}`,
      { hint: inner ?? `put the images of each label in a folder of their own, ${example}` },
    );
  }
  checkLabelNames(labels, place, 'merge the two folders, or rename one');
  const notes = [...lacking, ...looseNotes(root, ''), ...doubts];
  return { labels, files, notes, presplit: false, ...(inner && { inner }) };
}

function readSplit(source: Source, used: readonly Folder[], parts: readonly Part[]): Dataset {
  const { root, needs } = source;
  const place = placeOf(source, root);
  requireParts(source, used, parts);
  const counts: string[] = [];
  const loose: Message[] = [];
  const files = parts.flatMap(({ split, folder, inside }): DatasetFile[] => {
    const labelFolders = inside.folders.filter(isUsed);
    requireListed(labelFolders);
    if (labelFolders.length === 0) {
      throw new InputError(
        `expected label folders in ${placeOf(source, folder)}, found only loose files`,
        { hint: `sort them into label folders${orElse(waysOut(source, []))}` },
      );
    }
    const found = labelFolders.flatMap((one) =>
      filesIn(one).map((file) => ({ ...file, label: one.name, givenSplit: split })),
    );
    counts.push(`${inside.path} ${found.length}`);
    loose.push(...looseNotes(inside, ` of ${folder.name}`));
    return found;
  });
  const ordered = sortFiles(files);
  const labels = [...new Set(ordered.map(({ label }) => label))];
  if (labels.length < needs.labels) {
    const example = path.join(placeOf(source, parts[0].inside), 'cats');
    throw new InputError(
      `expected at least ${needs.labels} label folders in each part of ${place}, found 1 (${labels[0]})`,
      { hint: `give every label a folder, e.g. ${example}${orElse(waysOut(source, []))}` },
    );
  }
  checkLabelNames(labels, place, 'merge the folders, or rename one');
  const others = used.filter((one) => !parts.some(({ folder }) => folder === one));
  const notes = [
    info(`found a ready-made split: ${counts.join(', ')} images`),
    ...(others.length > 0 ? [info(`left out, no part of that split: ${names(others)}`)] : []),
    ...emptyNotes(root.folders.filter((folder) => !isUsed(folder))),
    ...loose,
    ...(needs.training ? checkGivenSplit(ordered, labels, place, (file) => file.path) : []),
    ...unlistedNotes(
      source,
      parts.map(({ inside }) => inside),
    ),
  ];
  return { labels, files: ordered, notes, presplit: true };
}

function requireParts(source: Source, used: readonly Folder[], parts: readonly Part[]): void {
  const place = placeOf(source, source.root);
  if (parts.length === 0) {
    throw new InputError(
      `expected folders with names for a split (train, val, test) and label folders in ${place}, found ${names(used) || 'none'}`,
      { hint: 'leave out --layout split, or rename the folders' },
    );
  }
  if (!source.needs.training || parts.some(({ split }) => split === 'training')) return;
  const seen = parts.map(({ folder }) => folder.name).sort(compareCodeUnits);
  const beside = `beside ${seen.join(' and ')}`;
  const training = used.find(({ name }) => splitInName(name) === 'training');
  const [expected, found, remedy] =
    training === undefined
      ? [`a train folder in ${place} ${beside}`, 'none', 'add it']
      : [
          `label folders and no images beside them in ${placeOf(source, training)}, ${beside}`,
          `${training.files.length} files and the folders ${names(training.folders) || '(none)'}`,
          'sort them',
        ];
  throw new InputError(`expected ${expected}, found ${found}`, {
    hint: `${remedy}${orElse(waysOut(source, parts))}`,
  });
}

/** What looks like a split in part only, or like two. */
function undecided(source: Source, used: readonly Folder[], parts: readonly Part[]): InputError {
  const place = placeOf(source, source.root);
  const bySplit = SPLIT_NAMES.map((split) => parts.filter((part) => part.split === split));
  const several = bySplit.find(({ length }) => length > 1);
  const hint = waysOut(source, parts) ?? 'merge the folders, or rename one';
  if (several !== undefined) {
    const both = several.map(({ folder }) => folder.name).join(' and ');
    return new InputError(
      `expected one folder of ${several[0].split} images in ${place}, found ${both}`,
      { hint },
    );
  }
  const [{ folder, inside }] = parts;
  const others = used.filter((one) => one !== folder);
  const beside = others.length > 0 ? `, beside ${names(others)}` : ' only';
  return new InputError(
    `expected label folders, or all parts of a split, in ${place}, found ${folder.name} with the folders ${names(inside.folders.filter(isUsed))}${beside}`,
    { hint },
  );
}

/** What to give instead: only what leads on, as was tried. */
function waysOut(given: Source, [part]: readonly Part[]): string | undefined {
  if (given.tried) return undefined;
  const source = { ...given, tried: true };
  const there =
    source.root.path === '' ? '' : `--image_dir ${shellWord(placeOf(source, source.root))} `;
  const ways: [way: string, read: () => Dataset][] = [
    [`${there}--layout split to use what is named for a split`, () => readFolders(source, 'split')],
    [`${there}--layout labels to use every folder as a label`, () => readFolders(source, 'labels')],
  ];
  if (part !== undefined) {
    const place = shellWord(placeOf(source, part.inside));
    const read = () => readFolders({ ...source, root: part.inside }, 'auto');
    ways.push([`--image_dir ${place} to use that part alone`, read]);
  }
  const open = ways.filter(([, read]) => refusalOf(read) === undefined).map(([way]) => way);
  return open.length > 0 ? `give ${open.join(', or ')}` : undefined;
}

function orElse(way: string | undefined): string {
  return way === undefined ? '' : `, or ${way}`;
}

/** The folder to give instead, where `inner` is one that leads on. */
function proposal(source: Source, inner: Folder | undefined): string | undefined {
  if (inner === undefined || source.tried) return undefined;
  const refusal = refusalOf(() => readFolders({ ...source, root: inner }, 'auto'));
  const place = shellWord(placeOf(source, inner));
  return refusal
    ? refusal.hint
    : `give --image_dir ${place}, which holds ${names(inner.folders.filter(isUsed))}`;
}

function refusalOf(read: () => Dataset): InputError | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}

function placeOf({ imageDir }: Source, { path: below }: Folder): string {
  return below === '' ? imageDir : path.join(imageDir, below);
}

function names(folders: readonly Folder[]): string {
  return examplesOf(folders.map(({ name }) => name));
}

function requireListed(folders: readonly Folder[]): void {
  const unlisted = folders.find((folder) => folder.unlisted !== undefined)?.unlisted;
  if (unlisted !== undefined) throw unlisted;
}

function emptyNotes(folders: readonly Folder[]): Message[] {
  if (folders.length === 0) return [];
  return [
    info(
      folders.length === 1
        ? `label ${folders[0].name} has no files and is ignored`
        : `labels without files are ignored: ${names(folders)}`,
    ),
  ];
}

function looseNotes({ files }: Folder, of: string): Message[] {
  return files.length === 0
    ? []
    : [info(`${files.length} files beside the label folders${of} are ignored`)];
}

/** Folders without permission, or on a broken disk, somewhere below a label. */
function unlistedNotes({ imageDir }: Source, folders: readonly Folder[]): Message[] {
  const [first, ...others] = folders.flatMap(unlistedIn);
  if (first === undefined) return [];
  const { message, code, hint } = first.unlisted as InputError;
  const names = examplesOf([first, ...others].map(({ path: below }) => below));
  const all = others.length > 0 && code === FOLDER_DENIED;
  const remedy = all ? permissionHint(imageDir) : hint;
  return [['warning', `left out, since it cannot be listed: ${names} (${message}; ${remedy})`]];
}

function info(text: string): Message {
  return ['info', text];
}
