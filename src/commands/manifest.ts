// imgdiag manifest: the split of a data set as a table that retrain reads back.

import type { Command } from 'commander';
import { messageOf } from '../base/errors.ts';
import { OPTION_SPECS } from '../job/options/table.ts';
import { parseNumber, withExamples } from './arguments.ts';
import type { Context } from './context.ts';

interface Flags {
  image_dir?: string;
  manifest?: string;
  group_by?: string;
  testing_percentage: number;
  validation_percentage: number;
  model_dir?: string;
}

export function addManifest(program: Command, { terminal, signal }: Context): void {
  const { testing_percentage: testing, validation_percentage: validation } = OPTION_SPECS;
  const command = program
    .command('manifest')
    .summary('print the split of a data set as a CSV table')
    .description('Prints path, label, split and group of every image, as retrain would split them.')
    .option('--image_dir <dir>', OPTION_SPECS.image_dir.help)
    .option('--manifest <file>', OPTION_SPECS.manifest.help)
    .option('--group_by <regex>', OPTION_SPECS.group_by.help)
    .option('--testing_percentage <percent>', testing.help, parseNumber, testing.fallback)
    .option('--validation_percentage <percent>', validation.help, parseNumber, validation.fallback)
    .option('--model_dir <dir>', 'keep the split that this model has recorded')
    .action(async (flags: Flags) => {
      const { planSplit } = await import('../data/plan-split.ts');
      const { checkSplitOptions } = await import('../job/options/check.ts');
      const { recordedSplitOf } = await import('../model/recorded-split.ts');
      const { formatCsvDataset } = await import('../data/dataset-csv.ts');
      // A typing error here must not quietly give another split.
      if (flags.model_dir !== undefined) {
        const { readManifest } = await import('../model/read.ts');
        await readManifest(flags.model_dir);
      }
      const options = { image_dir: undefined, manifest: undefined, group_by: undefined, ...flags };
      checkSplitOptions(options);
      const planned = await planSplit(options, {
        onMessage: terminal.message,
        readRecorded:
          options.model_dir === undefined ? undefined : recordedSplitOf(options.model_dir),
        signal,
      });
      for (const note of planned.split.notes) terminal.message(...note);
      for (const { path, error } of planned.failures) {
        terminal.message('warning', `left out ${path}: ${messageOf(error)}`);
      }
      const rows = planned.files.flatMap((file, index) => {
        const split = planned.split.sets[index];
        return split === undefined ? [] : [{ ...file, split }];
      });
      terminal.write(formatCsvDataset(rows));
    });
  withExamples(command, [
    'imgdiag manifest --image_dir ./healthdiag > split.csv',
    'imgdiag retrain --manifest split.csv --image_dir ./healthdiag',
  ]);
}
