// The place of report folders, and the names of their files.

import path from 'node:path';
import type { RetrainOptions } from '../options/commands.ts';

export const INDEX = 'index.html';
export const EVALUATION = 'evaluation.json';
export const PREDICTIONS = 'predictions.csv';
export const OUT_OF_FOLD = 'out_of_fold.csv';

/** Beside the model folder, never in it: `legs/` has its report in `legs_report`. */
export function reportFolderOf(modelDir: string): string {
  return path.join(modelDir, '..', `${path.basename(path.resolve(modelDir))}_report`);
}

/** The folder of a training's report, and of the tables beside it. */
export function trainingReportFolder({
  report_dir: given,
  model_dir: modelDir,
}: Pick<RetrainOptions, 'report_dir' | 'model_dir'>): string {
  return given ?? reportFolderOf(modelDir);
}

/** The list of near-duplicates, which a warning names. */
export function nearDuplicatesFile(
  options: Pick<RetrainOptions, 'report_dir' | 'model_dir'>,
): string {
  return path.join(trainingReportFolder(options), 'near_duplicates.csv');
}
