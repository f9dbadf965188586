// Removes what publications leave in a model folder: replaced versions, and files of interrupted runs.

import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { WriteError } from '../base/errors.ts';
import { isTemporary, remove } from '../base/files.ts';
import type { Held } from '../base/lock.ts';
import type { OnMessage } from '../base/messages.ts';
import { entriesOf } from './folder.ts';
import { isVersionName, VERSIONS } from './manifest.ts';

/** In milliseconds: a younger version may be that of a process that was paused for long. */
const SPARED = 10 * 60_000;

/**
 * Removes the versions except those of `keep`, and leftovers of interrupted runs. The model is
 * published: what cannot be removed is left to the next run.
 */
export async function sweep(
  folder: string,
  keep: readonly string[],
  held: Held,
  onMessage: OnMessage | undefined,
): Promise<void> {
  const versions = path.join(folder, VERSIONS);
  const now = await held.now();
  const isOld = async (name: string) =>
    isVersionName(name) &&
    !keep.includes(name) &&
    now - (await lastChange(path.join(versions, name))) > SPARED;
  const places = [folder, versions, ...keep.map((version) => path.join(versions, version))];
  const failed = await removeThose(versions, isOld, held);
  failed.push(...(await removeTemporaries(places, held)));
  if (failed.length === 0) return;
  const more = failed.length === 1 ? '' : `; further such files: ${failed.length - 1}`;
  onMessage?.('warning', `old files stay until the next run: ${failed[0].message}${more}`);
}

/** In these folders, and in `head` below each. @returns as `removeThose` */
export async function removeTemporaries(
  folders: readonly string[],
  held?: Held,
): Promise<WriteError[]> {
  const failed: WriteError[] = [];
  for (const place of [...folders, ...folders.map((parent) => path.join(parent, 'head'))]) {
    failed.push(...(await removeThose(place, isTemporary, held)));
  }
  return failed;
}

/** Of a folder or what is in it, in milliseconds since 1970. */
async function lastChange(folder: string): Promise<number> {
  const names = (await entriesOf(folder)) ?? [];
  const found = ['', ...names].map((name) => lstat(path.join(folder, name)));
  const times = (await Promise.allSettled(found)).map((one) =>
    one.status === 'fulfilled' ? one.value.mtimeMs : 0,
  );
  return Math.max(...times);
}

/** As long as the lock is held. @returns the errors of what could not be removed */
async function removeThose(
  folder: string,
  unwanted: (name: string) => boolean | Promise<boolean>,
  held: Held | undefined,
): Promise<WriteError[]> {
  const failed: WriteError[] = [];
  const note = (error: unknown) => {
    if (!(error instanceof WriteError)) throw error;
    failed.push(error);
  };
  const removeUnwanted = async (name: string) => {
    if (!(await unwanted(name)) || (held && !(await held.isOwn()))) return;
    await remove(path.join(folder, name));
  };
  const names = await entriesOf(folder).catch(note);
  for (const name of names ?? []) await removeUnwanted(name).catch(note);
  return failed;
}
