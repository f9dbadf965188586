// A network of the user's own, by what its path is: a folder, or a file of one of several kinds.

import { stat } from 'node:fs/promises';
import path from 'node:path';
import { UnfitError } from '../base/errors.ts';
import type { Stated } from './extractor.ts';
import type { ExtractorFiles } from './files.ts';
import { savedModelHint } from './recipe.ts';

/** Names of files that hold a network: also where they are not there, they are no names of the catalogue. */
const FROZEN = /\.(pb|tgz|tar\.gz)$/i;
const ONNX = /\.onnx$/i;

/** Whether it can only be a path, or is one that is there. */
export async function isPath(text: string): Promise<boolean> {
  return (
    /^\.|[/\\]/.test(text) ||
    FROZEN.test(text) ||
    ONNX.test(text) ||
    (await kindOf(text)) !== undefined
  );
}

/** @throws UnfitError for what is missing, malformed or not supported; UsageError where the user must say more */
export async function loadPath(file: string, stated: Stated): Promise<ExtractorFiles> {
  const kind = await kindOf(file);
  if (kind === 'file' && FROZEN.test(file)) {
    const { loadFrozenGraph } = await import('./frozen-graph.ts');
    return loadFrozenGraph(file, stated);
  }
  if (kind === 'file' && ONNX.test(file)) {
    const { loadOnnxFile } = await import('./onnx/load.ts');
    return loadOnnxFile(file, stated);
  }
  if (kind !== 'folder') {
    throw unlikeNetwork(file, kind === 'file' ? 'another kind of file' : 'nothing there');
  }
  const { hasOnnx, loadOnnxFolder } = await import('./onnx/load.ts');
  if (!(await isThere(file, 'model.json')) && (await hasOnnx(file))) {
    return loadOnnxFolder(file, stated);
  }
  if (await isSavedModel(file)) {
    throw unlikeNetwork(file, 'a SavedModel', savedModelHint(file));
  }
  const { loadTfjsFolder } = await import('./tfjs-folder.ts');
  return loadTfjsFolder(file, stated);
}

function unlikeNetwork(
  file: string,
  found: string,
  hint = 'a network is an ONNX file (.onnx), a frozen TensorFlow graph (.pb, .tgz, .tar.gz), or the folder of a TensorFlow.js graph model or of an ONNX export',
): UnfitError {
  return new UnfitError(`expected a network in ${file}, found ${found}`, { hint });
}

async function isSavedModel(folder: string): Promise<boolean> {
  return !(await isThere(folder, 'model.json')) && (await isThere(folder, 'saved_model.pb'));
}

async function isThere(folder: string, name: string): Promise<boolean> {
  return (await kindOf(path.join(folder, name))) === 'file';
}

function kindOf(file: string): Promise<'file' | 'folder' | undefined> {
  return stat(file).then(
    (found) => (found.isDirectory() ? 'folder' : 'file'),
    () => undefined,
  );
}
