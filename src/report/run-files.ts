// Optional output files of retrain: TensorBoard events and out-of-fold predictions.

import path from 'node:path';
import { ensureFolder, writePrivate } from '../base/files.ts';
import { scoreText } from '../base/score-text.ts';
import { csvHeader, csvRow } from '../data/csv-cells.ts';
import type { Summaries } from '../training/summaries.ts';
import type { OutOfFold } from './results.ts';
import { encodeEvents, eventFileName } from './tensorboard.ts';

/** Event files in `train` and `validation`, as retrain.py wrote them. */
export async function writeSummaries(folder: string, summaries: Summaries): Promise<void> {
  await ensureFolder(folder, 'owner');
  for (const [split, events] of Object.entries(summaries)) {
    if (events.length === 0) continue;
    await writePrivate(path.join(folder, split, eventFileName()), encodeEvents(events));
  }
}

/** `path,label,fold,predicted,score:<label>...` */
export async function writeOutOfFold(
  file: string,
  rows: readonly OutOfFold[],
  labels: readonly string[],
): Promise<void> {
  const header = ['path', 'label', 'fold', 'predicted', ...labels.map((l) => `score:${l}`)];
  const table = rows.map(({ path: file, label, fold, scores }) =>
    csvRow([
      file,
      label,
      String(fold + 1),
      labels[scores.indexOf(Math.max(...scores))],
      ...scores.map((score) => scoreText(score, 8)),
    ]),
  );
  await writePrivate(file, [csvHeader(header), ...table].join(''));
}
