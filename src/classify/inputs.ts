// Expands IMAGE on the command line: a file, all files of a folder, or standard input.

import { stat } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { InputError } from '../base/errors.ts';
import type { OnMessage } from '../base/messages.ts';
import { ignoredNote, scanFolder } from '../data/scan.ts';
import { readImage } from '../images/read.ts';

/** One image to be scored. */
export interface ImageInput {
  /** For display: the path given, a given folder joined with the path below it, or `-`. */
  readonly name: string;
  read(): Promise<Uint8Array>;
}

/**
 * Expands the arguments in the order given; a folder gives its files in path order.
 * @throws InputError for a folder without files
 */
export async function expandInputs(
  images: readonly string[],
  onMessage?: OnMessage,
): Promise<ImageInput[]> {
  const inputs: ImageInput[] = [];
  for (const image of images) {
    if (image === '-') {
      inputs.push({ name: '-', read: () => buffer(process.stdin) });
    } else if (await isFolder(image)) {
      const { files, ignored } = await scanFolder(image);
      if (ignored > 0) onMessage?.('info', `${image}: ${ignoredNote(ignored)}`);
      if (files.length === 0) {
        throw new InputError(`expected images in ${image}, found none`, {
          hint: 'give image files, or a folder that contains some',
        });
      }
      for (const file of files) {
        const name = path.join(image, file.path);
        inputs.push({ name, read: () => readImage(file.file) });
      }
    } else {
      inputs.push({ name: image, read: () => readImage(image) });
    }
  }
  return inputs;
}

/** A path without access counts as a file: reading it gives an error that names it. */
async function isFolder(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isDirectory();
  } catch {
    return false;
  }
}
