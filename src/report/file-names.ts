// The place of report folders, and the names of their files.

import path from 'node:path';

export const INDEX = 'index.html';
export const EVALUATION = 'evaluation.json';
export const PREDICTIONS = 'predictions.csv';
export const OUT_OF_FOLD = 'out_of_fold.csv';

/** Beside the model folder, never in it: `legs/` has its report in `legs_report`. */
export function reportFolderOf(modelDir: string): string {
  return path.join(modelDir, '..', `${path.basename(path.resolve(modelDir))}_report`);
}
