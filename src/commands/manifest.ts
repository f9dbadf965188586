// imgdiag manifest: the split of a data set as a table that retrain reads back.

import { messageOf } from '../base/errors.ts';
import { withDefaults } from '../options/check.ts';
import type { Given } from '../options/commands.ts';
import type { Context } from './context.ts';

export async function manifestCommand(
  given: Given<'manifest'>,
  { terminal, signal }: Context,
): Promise<void> {
  const options = withDefaults('manifest', given);
  const { planSplit } = await import('../data/plan-split.ts');
  const { recordedSplitOf } = await import('../model/recorded-split.ts');
  const { formatCsvDataset } = await import('../data/dataset-csv.ts');
  // A typing error here must not quietly give another split.
  if (options.model_dir !== undefined) {
    const { readManifest } = await import('../model/read.ts');
    await readManifest(options.model_dir);
  }
  const planned = await planSplit(options, {
    onMessage: terminal.message,
    readRecorded: options.model_dir === undefined ? undefined : recordedSplitOf(options.model_dir),
    signal,
  });
  for (const note of planned.split.notes) terminal.message(...note);
  for (const { path, error } of planned.failures) {
    terminal.message('warning', `left out ${path}: ${messageOf(error)}`);
  }
  const rows = planned.files.flatMap((file, index) => {
    const givenSplit = planned.split.splitOf[index];
    return givenSplit === undefined ? [] : [{ ...file, givenSplit }];
  });
  terminal.write(formatCsvDataset(rows));
}
