// Lists a folder and all below it, each once, and passes over what is no image of anybody's.

import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../base/errors.ts';
import { examplesOf } from '../base/examples.ts';
import { compareCodeUnits } from '../base/hash.ts';
import type { Message } from '../base/messages.ts';
import type { Place } from '../images/read.ts';
import { type Entry, FOLDER_FAILED, listFolder } from './entries.ts';
import { splitInName } from './given-split.ts';
import { isSystemName, SORTED_MARKER, writtenByUs } from './passed-over.ts';

/** One file to be used, seen from the folder that was scanned. */
export interface FoundFile {
  /** Relative to the scanned folder, with `/` between parts on every platform; as it is shown. */
  readonly path: string;
  /** Where to read it: the folder as given, joined with `path`. */
  readonly file: Place;
}

/** A folder as it was listed, without what was passed over. */
export interface Folder {
  readonly name: string;
  /** Relative to the scanned folder, as that of a file; empty for the scanned folder itself. */
  readonly path: string;
  /** Those directly in it, in code-unit order. */
  readonly files: readonly FoundFile[];
  readonly folders: readonly Folder[];
  /** Why it could not be listed; it then seems empty. */
  readonly unlisted?: InputError;
}

export interface Scan {
  readonly root: Folder;
  /** What was passed over, for the log. */
  readonly notes: readonly Message[];
}

/** Links to folders elsewhere that are entered; those to files are all used. */
export interface EnteredLinks {
  /** `--follow_links`: all of them. */
  readonly all?: boolean;
  /** Those that may be label folders: directly in the scanned folder, or in parts of a split too. */
  readonly labels?: 'first' | 'in parts';
}

/**
 * @throws InputError when `folder` itself cannot be listed, or the disk fails; any other folder below
 *   says so itself
 */
export async function scan(folder: Place, links: EnteredLinks = {}): Promise<Scan> {
  const over = { files: 0, folders: new Map(), output: [], sorted: [] };
  const walk: Walk = { ...over, links, filesOut: [], entered: [], unentered: [], met: new Set() };
  const holdsLabels = links.labels !== undefined;
  const at = { name: '', path: '', places: [folder], roots: [folder], holdsLabels };
  const root = await visit(await listFolder(folder), at, walk);
  return { root, notes: notesOf(walk) };
}

export interface FoundFiles {
  /** In path order. */
  readonly files: readonly FoundFile[];
  /** What was passed over, for the log. */
  readonly notes: readonly Message[];
}

/** Every file below a folder. @throws InputError when it, or a folder below it, cannot be listed */
export async function scanFolder(folder: Place, links?: EnteredLinks): Promise<FoundFiles> {
  const { root, notes } = await scan(folder, links);
  const [unlisted] = unlistedIn(root);
  if (unlisted?.unlisted !== undefined) throw unlisted.unlisted;
  return { files: filesIn(root), notes };
}

/** All files at any depth, in path order. */
export function filesIn(folder: Folder): FoundFile[] {
  const all = (one: Folder): FoundFile[] => [...one.files, ...one.folders.flatMap(all)];
  return all(folder).sort((a, b) => compareCodeUnits(a.path, b.path));
}

/** The folders at any depth, with `folder` itself, that could not be listed. */
export function unlistedIn(folder: Folder): Folder[] {
  const below = folder.folders.flatMap(unlistedIn);
  return folder.unlisted === undefined ? below : [folder, ...below];
}

interface Walk {
  readonly links: EnteredLinks;
  /** How many: hidden ones, those of systems, pipes and devices. */
  files: number;
  /** How many of each name. */
  readonly folders: Map<string, number>;
  /** Paths of models, reports and the like. */
  readonly output: string[];
  /** Paths of folders made by `--sort_into`. */
  readonly sorted: string[];
  /** Paths of links that lead elsewhere: to files, and to folders. */
  readonly filesOut: string[];
  readonly entered: string[];
  readonly unentered: string[];
  /** Folders that were entered by a link behind another link, each with the first link's path. */
  readonly met: Set<string>;
}

/** A folder on the way down. */
interface Visit {
  readonly name: string;
  readonly path: string;
  /** Its place, and those of all folders above it. */
  readonly places: readonly Place[];
  /** The scanned folder, and the folders elsewhere that links on the way have led to. */
  readonly roots: readonly Place[];
  /** Path of the first link on the way: only behind one can the way lead back up. */
  readonly link?: string | undefined;
  /** Whether a link in it may be a label folder. */
  readonly holdsLabels: boolean;
}

async function visit(entries: readonly Entry[], at: Visit, walk: Walk): Promise<Folder> {
  const { name, path: above } = at;
  const files: FoundFile[] = [];
  const folders: Folder[] = [];
  for (const entry of entries) {
    const below = above === '' ? entry.name : `${above}/${entry.name}`;
    if (entry.kind === 'folder') {
      if (isSystemName(entry.name)) {
        walk.folders.set(entry.name, (walk.folders.get(entry.name) ?? 0) + 1);
        continue;
      }
      const next = await stepInto(entry, below, at, walk);
      const found = next && (await enter(next, walk));
      if (found !== undefined) folders.push(found);
    } else if (entry.kind === 'other' || isSystemName(entry.name)) walk.files++;
    else {
      files.push({ path: below, file: entry.place });
      if (entry.link && (await leadsOut(entry.place, at.roots))) walk.filesOut.push(below);
    }
  }
  return { name, path: above, files, folders };
}

/** @returns undefined for a link that is not followed */
async function stepInto(
  { name, place, link }: Entry,
  below: string,
  at: Visit,
  walk: Walk,
): Promise<Visit | undefined> {
  const places = [place, ...at.places];
  if ((link || at.link !== undefined) && (await leadsBack(places))) return undefined;
  const isFirst = at.path === '';
  const isPart = walk.links.labels === 'in parts' && isFirst && splitInName(name) !== undefined;
  const next = { name, path: below, places, roots: at.roots, link: at.link, holdsLabels: isPart };
  if (!link) return next;
  const isOut = await leadsOut(place, at.roots);
  if (isOut && !walk.links.all && !at.holdsLabels) {
    walk.unentered.push(below);
    return undefined;
  }
  if (at.link !== undefined) {
    // Folders full of links to each other: there would be no end of ways through them.
    const met = `${at.link}\0${await realPlace(place)}`;
    if (walk.met.has(met)) return undefined;
    walk.met.add(met);
  }
  if (isOut) walk.entered.push(below);
  return { ...next, link: at.link ?? below, roots: isOut ? [...at.roots, place] : at.roots };
}

/** @returns undefined for a folder to be left out */
async function enter(at: Visit, walk: Walk): Promise<Folder | undefined> {
  const entries = await listFolder(at.places[0], true).catch(unlistedError);
  if (entries instanceof InputError) {
    return { name: at.name, path: at.path, files: [], folders: [], unlisted: entries };
  }
  const ours = writtenByUs(entries.map(({ name }) => name));
  if (ours !== undefined) {
    walk[ours].push(at.path);
    return undefined;
  }
  const before = walk.output.length + walk.sorted.length;
  const found = await visit(entries, at, walk);
  // A folder of nothing but our output is no label that lacks its images.
  const isEmpty = found.files.length + found.folders.length === 0;
  return isEmpty && walk.output.length + walk.sorted.length > before ? undefined : found;
}

function unlistedError(error: unknown): InputError {
  if (error instanceof InputError && error.code !== FOLDER_FAILED) return error;
  throw error;
}

/** Whether a folder is one of those that it lies in: the walk would never end. */
async function leadsBack(places: readonly Place[]): Promise<boolean> {
  const [real, ...others] = await Promise.all(places.map(realPlace));
  return others.includes(real);
}

/** Whether a link leads to what lies outside all of these folders; one that leads nowhere does not. */
async function leadsOut(link: Place, folders: readonly Place[]): Promise<boolean> {
  const [real, ...roots] = await Promise.all([link, ...folders].map(realPlace));
  const stays = roots.some((root) =>
    `${real}${path.sep}`.startsWith(root.endsWith(path.sep) ? root : root + path.sep),
  );
  return !stays && real !== Buffer.from(link).toString('latin1');
}

/** Identifies a folder, whatever the encoding of its name. */
async function realPlace(folder: Place): Promise<string> {
  // Listing tells of a disk that fails; some, such as RAM disks on Windows, know no real paths.
  const real = await realpath(folder, { encoding: 'buffer' }).catch(() => Buffer.from(folder));
  return real.toString('latin1');
}

function notesOf(walk: Walk): Message[] {
  const { files, folders, output, sorted, filesOut, entered, unentered } = walk;
  const lines: string[] = [];
  if (files > 0) lines.push(`${files} hidden or system files ignored`);
  if (folders.size > 0) {
    const counts = [...folders.values()].reduce((sum, count) => sum + count);
    const names = [...folders].map(([name, count]) => (count > 1 ? `${name} (${count})` : name));
    lines.push(`${counts} hidden or system folders passed over: ${examplesOf(names)}`);
  }
  if (output.length > 0) lines.push(`left out, written by imgdiag: ${examplesOf(output)}`);
  if (sorted.length > 0) {
    lines.push(
      `left out, made by classify --sort_into: ${examplesOf(sorted)} (to use one, remove ${SORTED_MARKER} in it)`,
    );
  }
  const leadOut = (to: string, links: readonly string[]) => {
    if (links.length === 0) return;
    lines.push(
      `links to ${to} outside the folder, which are used: ${links.length}, e.g. ${links[0]}`,
    );
  };
  leadOut('files', filesOut);
  leadOut('folders', entered);
  const notes = lines.map((line): Message => ['info', line]);
  if (unentered.length > 0) {
    const text = `links to folders outside the folder, which are left out: ${unentered.length}, e.g. ${unentered[0]} (--follow_links enters them)`;
    notes.push(['warning', text]);
  }
  return notes;
}
