// Outputs of retrain besides the model folder: report, tables, and the files of retrain.py.

import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { UsageError, WriteError } from '../base/errors.ts';
import { remove, writeWithFolders } from '../base/files.ts';
import { checkModelFolder } from '../model/folder.ts';
import { writeModel } from '../model/write.ts';
import { NETWORK_INPUT, NETWORK_OUTPUTS } from '../network/onnx/names.ts';
import type { RetrainOptions } from '../options/commands.ts';
import { INDEX, OUT_OF_FOLD, reportFolderOf } from '../report/file-names.ts';
import { writeOutOfFold, writeSummaries } from '../report/run-files.ts';
import type { Candidate } from './candidate.ts';
import type { ExtractionSource } from './extraction.ts';
import { networkBytes } from './model-files.ts';
import type { Outputs } from './written.ts';

/** Forty modules that only a report needs. */
const loadReport = () => import('../report/write-report.ts');

/** What each path must be if it exists. */
const PLACES = {
  output_graph: 'file',
  output_labels: 'file',
  summaries_dir: 'folder',
  intermediate_output_graphs_dir: 'folder',
  report_dir: 'folder',
} as const;

/** Tensor names of the network that are taken. */
const TAKEN_NAMES: readonly string[] = [
  NETWORK_INPUT,
  ...NETWORK_OUTPUTS.filter((name) => name !== 'probabilities'),
];

/**
 * Checks before any work that no file is where a folder must be, or the other way round.
 * @throws UsageError for a tensor name that is taken; WriteError
 */
export async function checkOutputs(options: RetrainOptions): Promise<void> {
  for (const folder of [options.model_dir, options.saved_model_dir]) {
    if (folder !== undefined) await checkModelFolder(folder);
  }
  const name = options.final_tensor_name;
  if (name.trim() === '' || TAKEN_NAMES.includes(name)) {
    throw new UsageError(`expected an unused name for --final_tensor_name, found ${name}`, {
      hint: `${TAKEN_NAMES.join(', ')} are taken by other tensors; try final_result`,
    });
  }
  for (const [name, wanted] of Object.entries(PLACES)) {
    const place = options[name as keyof typeof PLACES];
    // Other problems show when it is written.
    const there = place === undefined ? undefined : await stat(place).catch(() => undefined);
    const found = there?.isDirectory() ? 'folder' : 'file';
    if (there === undefined || found === wanted) continue;
    throw new WriteError(
      `expected to write a ${wanted} at ${place} (--${name}), found a ${found}`,
      { hint: `choose another path, or move that ${found}` },
    );
  }
  if (options.no_report) return;
  const { checkReportFolder } = await loadReport();
  await checkReportFolder(reportFolder(options));
}

/** Writes all other outputs, each whether or not the others succeed. */
export async function writeOutputs(
  { add }: Outputs,
  options: RetrainOptions,
  { payload, manifest, head, trained }: Candidate,
  source: ExtractionSource,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { output_graph: graph, output_labels: labels, saved_model_dir: copy } = options;
  if (graph !== undefined) {
    const network = networkBytes(source, head, options.final_tensor_name);
    await add('network', graph, () => writeWithFolders(graph, network));
  }
  if (labels !== undefined) {
    await add('labels', labels, () => writeWithFolders(labels, payload['labels.txt']));
  }
  if (copy !== undefined) await add('model', copy, () => writeModel(copy, payload, manifest));
  if (trained === undefined) return;
  const { summaries, outOfFold, measured } = trained;
  const { summaries_dir: logs, model_dir: modelDir } = options;
  if (summaries !== undefined && logs !== undefined) {
    await add('summaries for TensorBoard', logs, () => writeSummaries(logs, summaries));
  }
  const folder = reportFolder(options);
  const table = path.join(folder, OUT_OF_FOLD);
  if (outOfFold !== undefined) {
    const write = () => writeOutOfFold(table, outOfFold, manifest.labels);
    await add('out-of-fold predictions', table, write);
  }
  if (options.no_report) return;
  await add('report', path.join(folder, INDEX), async () => {
    const { writeTrainingReport } = await loadReport();
    const shown = { images: !options.no_images, signal };
    await writeTrainingReport(folder, modelDir, manifest, measured, shown);
    // The table of an earlier model would be mistaken for this one's.
    if (outOfFold === undefined) await remove(table);
  });
}

/** Whether everything exists that only training can write: out-of-fold predictions and the report. */
export async function isComplete(options: RetrainOptions): Promise<boolean> {
  const folder = reportFolder(options);
  if (options.folds > 0 && !existsSync(path.join(folder, OUT_OF_FOLD))) return false;
  if (options.no_report) return true;
  const { isReportCurrent } = await loadReport();
  return isReportCurrent(folder, options.model_dir, !options.no_images);
}

function reportFolder({ report_dir: given, model_dir: modelDir }: RetrainOptions): string {
  return given ?? reportFolderOf(modelDir);
}
