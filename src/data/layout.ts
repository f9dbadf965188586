// What the folders of an image folder are: labels, or the parts of a ready-made split.

import { examplesOf } from '../base/examples.ts';
import type { Message } from '../base/messages.ts';
import { splitInName, splitNamed } from './given-split.ts';
import { foldLabel } from './labels.ts';
import type { Folder } from './scan.ts';
import { SPLIT_NAMES, type SplitName } from './split-names.ts';

/** `--layout` */
export type Layout = 'auto' | 'split' | 'labels';

/** What a data set must hold to be of use. */
export interface Needs {
  /** How many labels. */
  readonly labels: number;
  /** Whether a ready-made split must have training images, of every label. */
  readonly training: boolean;
}

export const TO_TRAIN: Needs = { labels: 2, training: true };
export const TO_EVALUATE: Needs = { labels: 1, training: false };

export interface Part {
  readonly split: SplitName;
  /** The folder that is named for the split. */
  readonly folder: Folder;
  /** Where its label folders are: itself, or a folder in it that lies there alone. */
  readonly inside: Folder;
}

export type Reading =
  | { readonly as: 'labels'; readonly notes: readonly Message[] }
  | { readonly as: 'split'; readonly parts: readonly Part[] }
  /** Neither for certain: the parts that were seen, training first. */
  | { readonly as: 'either'; readonly parts: readonly Part[] };

/** @param folders that have files, at the top of the image folder */
export function readLayout(folders: readonly Folder[], layout: Layout, needs: Needs): Reading {
  if (layout === 'labels') return { as: 'labels', notes: [] };
  const parts = partsOf(folders, layout === 'split');
  if (layout === 'split') return { as: 'split', parts };
  if (folders.length < needs.labels) return { as: 'labels', notes: [] };
  const exact = folders.filter(({ name }) => splitNamed(name) !== undefined);
  const allExact = exact.length === folders.length;
  if (parts.length === 0) {
    if (!allExact) return { as: 'labels', notes: splitLikeNotes(folders, exact) };
    const whole = folders.map((folder) => {
      return { split: splitNamed(folder.name) as SplitName, folder, inside: folder };
    });
    return { as: 'split', parts: trainingFirst(whole) };
  }
  const splits = new Set(parts.map(({ split }) => split)).size;
  if (splits < parts.length || splits === 1) return { as: 'either', parts };
  if (allExact || shareLabels(parts)) return { as: 'split', parts };
  const names = examplesOf(parts.map(({ folder }) => folder.name));
  const text = `read as labels, since they have no two labels in common: ${names}`;
  return { as: 'labels', notes: [['warning', text]] };
}

/** Labels that may have been meant as splits. */
function splitLikeNotes(folders: readonly Folder[], exact: readonly Folder[]): Message[] {
  const splits = new Set(folders.map(({ name }) => splitInName(name)));
  const all = splits.size > 1 && !splits.has(undefined);
  const names = (all ? folders : exact).map(({ name }) => name);
  if (names.length === 0) return [];
  const text = `read as labels, though called like splits: ${examplesOf(names)}`;
  return [[all ? 'warning' : 'info', text]];
}

/**
 * Folders with a name for a split and label folders below, training first.
 * @param certain whether one label folder is enough
 */
function partsOf(folders: readonly Folder[], certain: boolean): Part[] {
  const named = folders.flatMap((folder) => {
    const split = splitInName(folder.name);
    return split === undefined ? [] : [{ split, folder }];
  });
  const known = new Set(
    named.flatMap(({ folder }) => (looksSorted(folder) ? labelsOf(folder) : [])),
  );
  const parts = named.flatMap(({ split, folder }) => {
    const labels = labelsOf(folder);
    // A small part may lack labels: that folder alone in it is then no wrapper.
    const sorted = labels.length > 0 && !holdsImages(folder) && labels.every((l) => known.has(l));
    const loose = certain && folder.folders.some(isUsed) ? folder : undefined;
    const inside = sorted ? folder : (innermost(folder) ?? loose);
    return inside === undefined ? [] : [{ split, folder, inside }];
  });
  return trainingFirst(parts);
}

function trainingFirst(parts: readonly Part[]): Part[] {
  return SPLIT_NAMES.flatMap((name) => parts.filter(({ split }) => split === name));
}

/**
 * The folder that looks sorted into labels: `folder`, or one that lies in it alone, as archives that
 * are unpacked into a folder of their own name leave it.
 */
export function innermost(folder: Folder): Folder | undefined {
  if (looksSorted(folder)) return folder;
  const inner = folder.folders.filter(isUsed);
  return inner.length === 1 && !holdsImages(folder) ? innermost(inner[0]) : undefined;
}

function looksSorted(folder: Folder): boolean {
  return !holdsImages(folder) && labelsOf(folder).length > 1;
}

/** Whether it has files, or might have. */
export function isUsed(folder: Folder): boolean {
  return folder.unlisted !== undefined || hasFiles(folder);
}

function hasFiles({ files, folders }: Folder): boolean {
  return files.length > 0 || folders.some(hasFiles);
}

/** Names of the folders in it that have images, folded. */
function labelsOf({ folders }: Folder): string[] {
  return folders.filter(hasImages).map(({ name }) => foldLabel(name));
}

function shareLabels(parts: readonly Part[]): boolean {
  const [first, ...others] = parts.map(({ inside }) => labelsOf(inside));
  return others.some((labels) => labels.filter((label) => first.includes(label)).length > 1);
}

/** Beside label folders lie licences and tables, so that only these extensions tell of an image. */
const IMAGE =
  /\.(jpe?g|jpe|jfif|png|webp|tiff?|gif|avif|bmp|dib|hei[cf]|jp2|j2k|jxl|dcm|p[gnp]m|psd)$/i;
/** In label folders lie images of any extension or none, and what annotates them. */
const ANNOTATION = /\.(txt|csv|tsv|json|xml|ya?ml|md|html?|npy|mat|log|cache)$/i;

function holdsImages({ files }: Folder): boolean {
  return files.some(({ path }) => IMAGE.test(path));
}

/** In it or below, or it might have. */
function hasImages({ files, folders, unlisted }: Folder): boolean {
  const found = files.some(({ path }) => !ANNOTATION.test(path));
  return unlisted !== undefined || found || folders.some(hasImages);
}
