// Outputs of retrain besides the model folder: report, tables, and the files of retrain.py.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { UsageError, WriteError } from '../base/errors.ts';
import { remove, writeWithFolders } from '../base/files.ts';
import type { OnMessage } from '../base/messages.ts';
import { checkModelFolder } from '../model/folder.ts';
import { writeModel } from '../model/write.ts';
import { NETWORK_INPUT, NETWORK_OUTPUTS } from '../network/onnx/names.ts';
import type { RetrainOptions } from '../options/commands.ts';
import {
  INDEX,
  nearDuplicatesFile,
  OUT_OF_FOLD,
  reportFolderOf,
  trainingReportFolder,
} from '../report/file-names.ts';
import { writeNearDuplicates } from '../report/near-duplicates.ts';
import type { NearDuplicates } from '../report/results.ts';
import { writeOutOfFold, writeSummaries } from '../report/run-files.ts';
import type { Candidate } from './candidate.ts';
import { networkBytes } from './model-files.ts';
import { loadReport, reportPlace, requirePlace } from './places.ts';
import type { Run } from './run.ts';
import type { JobTools } from './tools.ts';
import type { Outputs } from './written.ts';

/** What each path must be. */
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
 * Checks before any work that everything can be written.
 * @returns the options, without a report where nobody asked for one and it cannot be written
 * @throws UsageError for a tensor name that is taken; WriteError
 */
export async function checkOutputs(
  options: RetrainOptions,
  onMessage: OnMessage | undefined,
): Promise<RetrainOptions> {
  for (const folder of [options.model_dir, options.saved_model_dir]) {
    if (folder !== undefined) await checkModelFolder(folder);
  }
  const name = options.final_tensor_name;
  if (name.trim() === '' || TAKEN_NAMES.includes(name)) {
    throw new UsageError(`expected an unused name for --final_tensor_name, found ${name}`, {
      hint: `${TAKEN_NAMES.join(', ')} are taken by other tensors; try final_result`,
    });
  }
  // Out-of-fold predictions were asked for, and are written there, also without a report.
  const report_dir = options.folds > 0 ? trainingReportFolder(options) : options.report_dir;
  const asked = { ...options, report_dir };
  for (const [name, wanted] of Object.entries(PLACES)) {
    const place = asked[name as keyof typeof PLACES];
    if (place !== undefined) await requirePlace(name, place, wanted);
  }
  const folder = await reportPlace(asked, reportFolderOf(options.model_dir), onMessage);
  return { ...options, no_report: folder === undefined };
}

/**
 * The pairs of near-duplicates, which a warning names, even if the model misses a gate. Nobody asked
 * for them: where they cannot be written, a warning is all.
 */
export async function writePairs(
  { add }: Outputs,
  options: RetrainOptions,
  near: NearDuplicates | undefined,
  onMessage: OnMessage | undefined,
): Promise<void> {
  if (near === undefined || near.pairs.length === 0) return;
  const file = nearDuplicatesFile(options);
  try {
    await writeNearDuplicates(file, near.pairs);
    await add('near-duplicates', file, async () => {});
  } catch (error) {
    if (!(error instanceof WriteError)) throw error;
    onMessage?.('warning', `near-duplicates are not listed: ${error.message} (${error.hint})`);
  }
}

/** Writes all other outputs, each whether or not the others succeed. */
export async function writeOutputs(
  { add, fail }: Outputs,
  { options, near, extraction }: Run,
  { payload, manifest, head, trained }: Candidate,
  { onMessage, signal }: JobTools,
): Promise<void> {
  const { output_graph: graph, output_labels: labels, saved_model_dir: copy } = options;
  if (graph !== undefined) {
    const network = networkBytes(extraction.source, head, options.final_tensor_name);
    await add('network', graph, () => writeWithFolders(graph, network, 'umask'));
  }
  if (labels !== undefined) {
    await add('labels', labels, () => writeWithFolders(labels, payload['labels.txt'], 'umask'));
  }
  if (copy !== undefined) {
    await add('model', copy, async () =>
      fail(await writeModel(copy, payload, manifest, onMessage)),
    );
  }
  if (trained === undefined) return;
  const { summaries, outOfFold, measured } = trained;
  const { summaries_dir: logs, model_dir: modelDir } = options;
  if (summaries !== undefined && logs !== undefined) {
    await add('summaries for TensorBoard', logs, () => writeSummaries(logs, summaries));
  }
  const folder = trainingReportFolder(options);
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
    if (near === undefined || near.pairs.length === 0) await remove(nearDuplicatesFile(options));
  });
}

/** Whether everything exists that only training can write: out-of-fold predictions and the report. */
export async function isComplete(options: RetrainOptions): Promise<boolean> {
  const folder = trainingReportFolder(options);
  if (options.folds > 0 && !existsSync(path.join(folder, OUT_OF_FOLD))) return false;
  if (options.no_report) return true;
  const { isReportCurrent } = await loadReport();
  return isReportCurrent(folder, options.model_dir, !options.no_images);
}
