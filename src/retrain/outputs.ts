// What retrain.py's scripts expect at places of their own, besides the model folder.

import path from 'node:path';
import { ensureFolder, writeFileAtomic } from '../base/files.ts';
import type { Manifest } from '../bundle/manifest.ts';
import { type Payload, writeModel } from '../bundle/write.ts';
import type { Head } from '../head/head.ts';
import { networkBytes } from './describe.ts';
import type { ExtractionSource } from './extract.ts';
import type { RetrainOptions } from './option-table.ts';

/** Writes what `--output_graph`, `--output_labels` and `--saved_model_dir` ask for. */
export async function writeOutputs(
  options: RetrainOptions,
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
