// Expands IMAGE on the command line: a file, all files of a folder, a pattern, or standard input.

import { stat } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { InputError } from '../base/errors.ts';
import { asReasons, type OnMessage } from '../base/messages.ts';
import { describeUrl } from '../base/urls.ts';
import { matchesOf } from '../data/patterns.ts';
import { scanFolder } from '../data/scan.ts';
import { DiskError } from '../images/image-error.ts';
import { type Place, withImage } from '../images/read.ts';
import { shownName } from '../images/shown-name.ts';

/** One image to be scored. */
export interface ImageInput {
  /** For display: the path given, a given folder joined with the path below it, or `-`. */
  readonly name: string;
  /** @throws ImageError when it cannot be read, even if its disk fails: others may lie elsewhere */
  read(): Promise<Uint8Array>;
  /** Runs `work` with its bytes, once there is room for them beside other images. */
  use?<T>(work: (bytes: Uint8Array) => Promise<T>): Promise<T>;
}

/** A `data:` URL may hold a whole image; this many characters of it are shown. */
const SHOWN = 40;

/**
 * Expands paths in the order given; a folder gives its files in path order. Where there is no file of
 * that name, `*` and `?` in the last part of a path stand for what they do in a shell.
 * @param followLinks whether links in a folder to folders outside it are entered
 * @throws InputError for a folder without files
 */
export async function expandInputs(
  images: readonly Place[],
  onMessage?: OnMessage,
  followLinks = false,
): Promise<ImageInput[]> {
  const inputs: ImageInput[] = [];
  const filesBelow = async (folder: string, place: Place) => {
    const { files, notes } = await scanFolder(place, { all: followLinks });
    if (files.length === 0) {
      throw new InputError(`expected images in ${folder}, found none${asReasons(notes)}`, {
        hint: 'give image files, or a folder that contains some',
      });
    }
    for (const [level, text] of notes) onMessage?.(level, `${folder}: ${text}`);
    return files.map(({ path: below, file }) => fileInput(path.join(folder, below), file, true));
  };
  for (const image of images) {
    if (image === '-') {
      inputs.push({ name: '-', read: () => buffer(process.stdin) });
      continue;
    }
    const kind = await kindOf(image);
    const matches = kind === undefined ? await matchesOf(image) : [];
    const found = matches.length > 0 ? matches : [{ name: nameOf(image), place: image, kind }];
    for (const { name, place, kind } of found) {
      if (kind === 'folder') inputs.push(...(await filesBelow(name, place)));
      else inputs.push(fileInput(name, place, kind !== undefined));
    }
  }
  return inputs;
}

function nameOf(image: Place): string {
  const name = shownName(image);
  const isLong = name.length > SHOWN && describeUrl(name)?.what === 'a data: URL';
  return isLong ? `${name.slice(0, SHOWN)}... (${name.length} characters)` : name;
}

function fileInput(name: string, place: Place, isListed: boolean): ImageInput {
  const use = <T>(work: (bytes: Uint8Array) => Promise<T>) =>
    withImage(place, work, isListed).catch((error) => {
      throw error instanceof DiskError ? error.ofImage : error;
    });
  return { name, read: () => use(async (bytes) => bytes), use };
}

/** Undefined for a path without access: reading it as a file gives an error that names it. */
async function kindOf(place: Place): Promise<'file' | 'folder' | undefined> {
  try {
    return (await stat(place)).isDirectory() ? 'folder' : 'file';
  } catch {
    return undefined;
  }
}
