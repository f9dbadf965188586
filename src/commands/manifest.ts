// imgdiag manifest: prints the split of a data set as a table for retrain.

import { messageOf } from '../base/errors.ts';
import type { Given } from '../options/commands.ts';
import { percentageWarnings, withDefaults } from '../options/validate.ts';
import type { Context } from './context.ts';

export async function manifestCommand(
  given: Given<'manifest'>,
  { terminal, signal }: Context,
): Promise<void> {
  const options = withDefaults('manifest', given);
  for (const warning of percentageWarnings('manifest', options)) terminal.message(...warning);
  const { planAsRetrain } = await import('../job/plan.ts');
  const { formatCsvDataset } = await import('../data/dataset-csv.ts');
  const planned = await planAsRetrain(options, { onMessage: terminal.message, signal });
  for (const note of planned.split.notes) terminal.message(...note);
  for (const { path, error } of planned.failures) {
    terminal.message('warning', `skipped ${path}: ${messageOf(error)}`);
  }
  const rows = planned.files.flatMap((file, index) => {
    const givenSplit = planned.split.splitOf[index];
    return givenSplit === undefined ? [] : [{ ...file, givenSplit }];
  });
  terminal.write(formatCsvDataset(rows, terminal.shown));
}
