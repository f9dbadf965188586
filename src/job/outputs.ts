// What a training leaves besides the model folder: the report, tables, and what retrain.py's scripts expect.

import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { UsageError, WriteError } from '../base/errors.ts';
import { remove, writeWithFolders } from '../base/files.ts';
import { checkModelFolder } from '../model/folder.ts';
import { NETWORK_INPUT, NETWORK_OUTPUTS } from '../model/network.ts';
import { writeModel } from '../model/write.ts';
import type { RetrainOptions } from '../options/commands.ts';
import { INDEX, OUT_OF_FOLD, reportFolderOf } from '../report/file-names.ts';
import { writeOutOfFold, writeSummaries } from '../report/run-files.ts';
import type { Candidate } from './candidate.ts';
import type { ExtractionSource } from './extraction.ts';
import { networkBytes } from './model-files.ts';
import type { Outputs } from './written.ts';

/** Forty modules, which only a report needs. */
const loadReport = () => import('../report/write-report.ts');

/** What each place must be, where something is there. */
const PLACES = {
  output_graph: 'file',
  output_labels: 'file',
  summaries_dir: 'folder',
  intermediate_output_graphs_dir: 'folder',
  report_dir: 'folder',
} as const;

/** Names in the network that the scores cannot have as well. */
const TAKEN_NAMES: readonly string[] = [
  NETWORK_INPUT,
  ...NETWORK_OUTPUTS.filter((name) => name !== 'probabilities'),
];

/**
 * Finds out before any work whether a file stands where a folder is to be, or the other way round.
 * @throws UsageError for a name of the scores that is taken; WriteError
 */
export async function checkOutputs(options: RetrainOptions): Promise<void> {
  for (const folder of [options.model_dir, options.saved_model_dir]) {
    if (folder !== undefined) await checkModelFolder(folder);
  }
  const name = options.final_tensor_name;
  if (name.trim() === '' || TAKEN_NAMES.includes(name)) {
    throw new UsageError(`expected a name of its own for --final_tensor_name, found ${name}`, {
      hint: `${TAKEN_NAMES.join(', ')} are other tensors of the network; try final_result`,
    });
  }
  for (const [name, wanted] of Object.entries(PLACES)) {
    const place = options[name as keyof typeof PLACES];
    // Where nothing is yet, what else is wrong is told when it is written.
    const there = place === undefined ? undefined : await stat(place).catch(() => undefined);
    const found = there?.isDirectory() ? 'folder' : 'file';
    if (there === undefined || found === wanted) continue;
    throw new WriteError(
      `expected to write a ${wanted} at ${place} (--${name}), found a ${found}`,
      { hint: 'choose another path, or move that away' },
    );
  }
  if (options.no_report) return;
  const { checkReportFolder } = await loadReport();
  await checkReportFolder(reportFolder(options));
}

/** Writes all that is asked for besides the model, each whatever became of the others. */
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
    // Of an earlier model: it would pass for this one's.
    if (outOfFold === undefined) await remove(table);
  });
}

/** Whether nothing is missing that only a training can write: out-of-fold predictions, the report. */
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
