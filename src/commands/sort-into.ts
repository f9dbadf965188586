// imgdiag classify --sort_into: copies each image to the folder of its best label.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { ImgdiagError, WriteError } from '../base/errors.ts';
import { examplesOf } from '../base/examples.ts';
import type { Prediction } from '../classify/classify.ts';
import { copyNames, sortFolders } from '../classify/sort-folders.ts';
import { SORTED_MARKER, SORTED_TEXT } from '../data/passed-over.ts';
import type { Terminal } from './terminal.ts';

/** A file that cannot be copied is no reason not to copy the others. */
export function createSorter(folder: string, labels: readonly string[], terminal: Terminal) {
  const { folderOf, notes } = sortFolders(labels);
  for (const note of notes) terminal.message(...note);
  const renamed: string[] = [];
  const failed: ImgdiagError[] = [];

  async function copy(file: string, label: string): Promise<void> {
    const [{ writePrivate }, { copyWithoutOverwriting }] = await Promise.all([
      import('../base/files.ts'),
      import('../base/copy.ts'),
    ]);
    // First: were this run to stop, its copies must not be taken for labels.
    const marker = path.join(folder, SORTED_MARKER);
    if (!existsSync(marker)) await writePrivate(marker, SORTED_TEXT);
    const target = path.join(folder, folderOf.get(label) as string);
    const name = path.basename(file);
    const copied = path.basename(await copyWithoutOverwriting(file, target, copyNames(name)));
    const { name: stem, ext } = path.parse(name);
    const numbered = copied.startsWith(stem) && copied.slice(stem.length).replace(ext, '');
    if (copied !== name && !/^_\d+$/.test(`${numbered}`)) renamed.push(`${name} is ${copied}`);
  }

  return {
    async add(prediction: Prediction): Promise<void> {
      const { file } = prediction;
      if (prediction.error) return;
      if (file === '-') {
        terminal.log('standard input has no file name and is not copied');
      } else if (/\\x[0-9a-f]{2}/.test(file) && !existsSync(file)) {
        terminal.message('warning', `${file}: its name is not UTF-8: not copied; rename it`);
      } else {
        await copy(file, prediction.scores[0].label).catch((error) => {
          if (!(error instanceof ImgdiagError)) throw error;
          failed.push(error);
        });
      }
    },
    /** After the scores of all images are printed. @throws the first error of a copy */
    end(): void {
      if (renamed.length > 0) {
        const text = `names that ${folder} cannot hold were changed: ${examplesOf(renamed)}`;
        terminal.message('info', text);
      }
      const [first, ...others] = failed;
      if (first === undefined) return;
      if (others.length === 0) throw first;
      throw new WriteError(`${first.message}; further files not copied: ${others.length}`, {
        hint: first.hint,
        cause: first,
      });
    },
  };
}
