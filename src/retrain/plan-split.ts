// The split of a data set before any picture is decoded: what is read, hashed and assigned.

import { type HashedFiles, hashFiles } from '../features/extract.ts';
import { type Split, type SplitRule, splitFiles } from '../head/split.ts';
import type { DatasetFile } from '../images/dataset.ts';
import { type DataOptions, type PlannedDataset, readDataset } from './dataset.ts';
import type { RetrainOptions } from './option-table.ts';
import { checkSplitOptions } from './options.ts';
import { readRecordedSplit, type SplitPlan } from './recorded.ts';

export interface PlannedSplit {
  readonly dataset: PlannedDataset;
  /** Files that could be read; those that could not are failures. */
  readonly files: HashedFiles<DatasetFile>['files'];
  readonly failures: HashedFiles<DatasetFile>['failures'];
  readonly plan: SplitPlan;
  readonly rule: SplitRule;
  /** Of all files; some may turn out not to be pictures. */
  readonly split: Split;
}

type SplitOptions = DataOptions &
  Pick<RetrainOptions, 'testing_percentage' | 'validation_percentage'> & {
    /** A model whose recorded split is kept. */
    readonly model_dir?: string | undefined;
  };

/**
 * @param note gets a line for everything worth telling but the split's own notes
 * @throws UsageError for percentages that leave nothing to train on
 * @throws InputError when a label has too few images for the sets that are wanted
 */
export async function planSplit(
  options: SplitOptions,
  readStdin: () => Promise<Uint8Array>,
  note: (line: string) => void,
  signal: AbortSignal | undefined,
): Promise<PlannedSplit> {
  checkSplitOptions(options);
  const dataset = await readDataset(options, readStdin);
  for (const line of dataset.notes) note(line);
  const { files, failures } = await hashFiles(dataset.files, signal);
  const plan: SplitPlan = {
    testing_percentage: options.testing_percentage,
    validation_percentage: options.validation_percentage,
    grouping: dataset.grouping,
  };
  const recorded =
    options.model_dir === undefined || dataset.presplit
      ? undefined
      : await readRecordedSplit(options.model_dir, plan);
  if (recorded?.note) note(recorded.note);
  const rule: SplitRule = {
    testing: options.testing_percentage,
    validation: options.validation_percentage,
    recorded: recorded?.split,
  };
  const split = splitFiles(files, dataset.labels, rule);
  return { dataset, files, failures, plan, rule, split };
}
