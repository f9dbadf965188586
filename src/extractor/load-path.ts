// A network of the user's own, by what its path is: a folder, or a file of one of several kinds.

import { stat } from 'node:fs/promises';
import { UnfitError } from '../base/errors.ts';
import type { Stated } from './extractor.ts';
import type { ExtractorFiles } from './files.ts';

/** Names of files that hold a network: also where they are not there, they are no names of the catalogue. */
const FROZEN = /\.(pb|tgz|tar\.gz)$/i;

/** Whether it can only be a path, or is one that is there. */
export async function isPath(text: string): Promise<boolean> {
  return /^\.|[/\\]/.test(text) || FROZEN.test(text) || (await kindOf(text)) !== undefined;
}

/** @throws UnfitError for what is missing, malformed or not supported; UsageError where the user must say more */
export async function loadPath(file: string, stated: Stated): Promise<ExtractorFiles> {
  const kind = await kindOf(file);
  if (kind !== 'folder' && FROZEN.test(file)) {
    const { loadFrozenGraph } = await import('./frozen-graph.ts');
    return loadFrozenGraph(file, stated);
  }
  if (kind === 'file') {
    throw new UnfitError(`expected a network in ${file}, found another kind of file`, {
      hint: 'a network is a frozen TensorFlow graph (.pb, .tgz, .tar.gz) or the folder of a TensorFlow.js graph model',
    });
  }
  const { loadTfjsFolder } = await import('./tfjs-folder.ts');
  return loadTfjsFolder(file, stated);
}

function kindOf(file: string): Promise<'file' | 'folder' | undefined> {
  return stat(file).then(
    (found) => (found.isDirectory() ? 'folder' : 'file'),
    () => undefined,
  );
}
