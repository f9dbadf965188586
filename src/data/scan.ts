// Lists a folder and all below it, each once, and passes over what is no image of anybody's.

import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../base/errors.ts';
import { examplesOf } from '../base/examples.ts';
import { compareCodeUnits } from '../base/hash.ts';
import type { Message } from '../base/messages.ts';
import type { Place } from '../images/read.ts';
import { type Entry, FOLDER_FAILED, listFolder } from './entries.ts';
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

/**
 * @throws InputError when `folder` itself cannot be listed, or the disk fails; any other folder below
 *   says so itself
 */
export async function scan(folder: Place): Promise<Scan> {
  const over: PassedOver = { files: 0, folders: new Map(), output: [], sorted: [], leadOut: [] };
  const at = { name: '', path: '', places: [folder], linked: false };
  const root = await visit(await listFolder(folder), at, over);
  return { root, notes: notesOf(over) };
}

export interface FoundFiles {
  /** In path order. */
  readonly files: readonly FoundFile[];
  /** What was passed over, for the log. */
  readonly notes: readonly Message[];
}

/** Every file below a folder. @throws InputError when it, or a folder below it, cannot be listed */
export async function scanFolder(folder: Place): Promise<FoundFiles> {
  const { root, notes } = await scan(folder);
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

interface PassedOver {
  /** How many: hidden ones, those of systems, pipes and devices. */
  files: number;
  /** How many of each name. */
  readonly folders: Map<string, number>;
  /** Paths of models, reports and the like. */
  readonly output: string[];
  /** Paths of folders made by `--sort_into`. */
  readonly sorted: string[];
  /** Paths of links to files elsewhere; these are used. */
  readonly leadOut: string[];
}

/** A folder on the way down. */
interface Visit {
  readonly name: string;
  readonly path: string;
  /** Its place, and those of all folders above it. */
  readonly places: readonly Place[];
  /** Whether one of these is a link: only then can the way lead back up. */
  readonly linked: boolean;
}

async function visit(entries: readonly Entry[], at: Visit, over: PassedOver): Promise<Folder> {
  const { name, path: above } = at;
  const files: FoundFile[] = [];
  const folders: Folder[] = [];
  for (const entry of entries) {
    const below = above === '' ? entry.name : `${above}/${entry.name}`;
    if (entry.kind === 'folder') {
      if (isSystemName(entry.name)) {
        over.folders.set(entry.name, (over.folders.get(entry.name) ?? 0) + 1);
        continue;
      }
      const places = [entry.place, ...at.places];
      const linked = at.linked || entry.link;
      const found = await enter({ name: entry.name, path: below, places, linked }, over);
      if (found !== undefined) folders.push(found);
    } else if (entry.kind === 'other' || isSystemName(entry.name)) over.files++;
    else {
      files.push({ path: below, file: entry.place });
      const root = at.places.at(-1) as Place;
      if (entry.link && (await leadsOut(entry.place, root))) over.leadOut.push(below);
    }
  }
  return { name, path: above, files, folders };
}

/** @returns undefined for a folder to be left out */
async function enter(at: Visit, over: PassedOver): Promise<Folder | undefined> {
  if (at.linked && (await leadsBack(at.places))) return undefined;
  const entries = await listFolder(at.places[0], true).catch(unlistedError);
  if (entries instanceof InputError) {
    return { name: at.name, path: at.path, files: [], folders: [], unlisted: entries };
  }
  const ours = writtenByUs(entries.map(({ name }) => name));
  if (ours !== undefined) {
    over[ours].push(at.path);
    return undefined;
  }
  const before = over.output.length + over.sorted.length;
  const found = await visit(entries, at, over);
  // A folder of nothing but our output is no label that lacks its images.
  const isEmpty = found.files.length + found.folders.length === 0;
  return isEmpty && over.output.length + over.sorted.length > before ? undefined : found;
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

/** Whether a link leads to what lies outside a folder; one that leads nowhere does not. */
async function leadsOut(link: Place, folder: Place): Promise<boolean> {
  const [real, root] = await Promise.all([link, folder].map(realPlace));
  const stays = real.startsWith(root.endsWith(path.sep) ? root : root + path.sep);
  return !stays && real !== Buffer.from(link).toString('latin1');
}

/** Identifies a folder, whatever the encoding of its name. */
async function realPlace(folder: Place): Promise<string> {
  // Listing tells of a disk that fails; some, such as RAM disks on Windows, know no real paths.
  const real = await realpath(folder, { encoding: 'buffer' }).catch(() => Buffer.from(folder));
  return real.toString('latin1');
}

function notesOf({ files, folders, output, sorted, leadOut }: PassedOver): Message[] {
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
  if (leadOut.length > 0) {
    lines.push(
      `links to files outside the folder, which are used: ${leadOut.length}, e.g. ${leadOut[0]}`,
    );
  }
  return lines.map((line) => ['info', line]);
}
