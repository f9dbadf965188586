// What retrain.py's scripts expect at places of their own, besides the model folder.

import { stat } from 'node:fs/promises';
import path from 'node:path';
import { systemCode, UsageError, WriteError } from '../base/errors.ts';
import { ensureFolder, writeFileAtomic } from '../base/files.ts';
import type { Head } from '../head/head.ts';
import type { Manifest } from '../model/manifest.ts';
import { NETWORK_INPUT, NETWORK_OUTPUTS } from '../model/network.ts';
import { type Payload, writeModel } from '../model/write.ts';
import type { ExtractionSource } from './extraction.ts';
import { networkBytes } from './model-files.ts';

type Place =
  | 'output_graph'
  | 'output_labels'
  | 'saved_model_dir'
  | 'summaries_dir'
  | 'intermediate_output_graphs_dir'
  | 'report_dir';

/** Named as on the command line. */
export interface OutputOptions extends Readonly<Record<Place, string | undefined>> {
  readonly final_tensor_name: string;
}

/** Names in the network that the scores cannot have as well. */
const TAKEN_NAMES: readonly string[] = [
  NETWORK_INPUT,
  ...NETWORK_OUTPUTS.filter((name) => name !== 'probabilities'),
];

/**
 * Finds out before any work whether a file stands where a folder is to be, or the other way round.
 * @throws UsageError for a name of the scores that is taken; WriteError
 */
export async function checkOutputs(options: OutputOptions): Promise<void> {
  const name = options.final_tensor_name;
  if (name.trim() === '' || TAKEN_NAMES.includes(name)) {
    throw new UsageError(`expected a name of its own for --final_tensor_name, found ${name}`, {
      hint: `${TAKEN_NAMES.join(', ')} are other tensors of the network; try final_result`,
    });
  }
  for (const name of ['output_graph', 'output_labels'] as const) {
    if ((await kindOf(options[name])) === 'folder') throw inTheWay(name, options, 'file', 'folder');
  }
  for (const name of ['summaries_dir', 'intermediate_output_graphs_dir', 'report_dir'] as const) {
    if ((await kindOf(options[name])) === 'file') throw inTheWay(name, options, 'folder', 'file');
  }
}

async function kindOf(target: string | undefined): Promise<'file' | 'folder' | undefined> {
  if (target === undefined) return undefined;
  try {
    return (await stat(target)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    // Not there yet; what else is wrong is told when it is written.
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}

function inTheWay(name: Place, options: OutputOptions, wanted: string, found: string): WriteError {
  return new WriteError(
    `expected to write a ${wanted} at ${options[name]} (--${name}), found a ${found}`,
    { hint: 'choose another path, or move that away' },
  );
}

/** Writes what `--output_graph`, `--output_labels` and `--saved_model_dir` ask for. */
export async function writeOutputs(
  options: OutputOptions,
  payload: Payload,
  manifest: Manifest,
  source: ExtractionSource,
  head: Head,
): Promise<void> {
  if (options.output_graph !== undefined) {
    await writeInto(options.output_graph, networkBytes(source, head, options.final_tensor_name));
  }
  if (options.output_labels !== undefined) {
    await writeInto(options.output_labels, payload['labels.txt']);
  }
  if (options.saved_model_dir !== undefined) {
    const { version: _, files: __, format: ___, schema_version: ____, ...body } = manifest;
    await writeModel(options.saved_model_dir, payload, body);
  }
}

/** Stores the network of a step as retrain.py did: `intermediate_<step>` in a folder. */
export async function writeIntermediate(
  folder: string,
  step: number,
  network: Uint8Array,
): Promise<void> {
  await writeInto(path.join(folder, `intermediate_${step}.onnx`), network);
}

async function writeInto(file: string, data: Uint8Array | string): Promise<void> {
  await ensureFolder(path.dirname(file));
  await writeFileAtomic(file, data);
}
