// Splits a dataset before any image is decoded: reads, hashes and assigns its files.

import type { Message, OnMessage } from '../base/messages.ts';
import type { DatasetFile } from './dataset.ts';
import { type HashedFiles, hashFiles } from './hash-files.ts';
import { type DataOptions, type PlannedDataset, readDataset } from './read-dataset.ts';
import { foreseenFailures, withReasons } from './skipped.ts';
import { type RecordedSplit, type Split, type SplitRule, splitFiles } from './split.ts';

export interface PlannedSplit {
  readonly dataset: PlannedDataset;
  /** Files that could be read; those that could not are failures. */
  readonly files: HashedFiles<DatasetFile>['files'];
  readonly failures: HashedFiles<DatasetFile>['failures'];
  readonly plan: SplitPlan;
  readonly rule: SplitRule;
  /** Of all files; some may turn out not to be images. */
  readonly split: Split;
}

/** What must be unchanged for a recorded split to be kept. */
export interface SplitPlan {
  readonly testing_percentage: number;
  readonly validation_percentage: number;
  /** Where groups come from: `none`, `table`, or `pattern <regular expression>`. */
  readonly grouping: string;
}

/** A split that an earlier run has recorded. */
export interface Recorded {
  readonly split: RecordedSplit | undefined;
  /** Why a recorded split is not used, for the log. */
  readonly note: Message | undefined;
}

export type SplitOptions = DataOptions &
  Readonly<Record<'testing_percentage' | 'validation_percentage', number>>;

export interface SplitTools {
  /** Gets all messages except the split's own notes. */
  readonly onMessage?: OnMessage | undefined;
  /** The split to keep, if there is one for this plan. */
  readRecorded?: ((plan: SplitPlan) => Promise<Recorded>) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** @throws InputError when a label has too few images for the splits that are wanted */
export async function planSplit(
  options: SplitOptions,
  { onMessage, readRecorded, signal }: SplitTools,
): Promise<PlannedSplit> {
  const dataset = await readDataset(options);
  for (const note of dataset.notes) onMessage?.(...note);
  const { files, failures } = await hashFiles(dataset.files, signal);
  const plan: SplitPlan = {
    testing_percentage: options.testing_percentage,
    validation_percentage: options.validation_percentage,
    grouping: dataset.grouping,
  };
  const recorded = dataset.presplit ? undefined : await readRecorded?.(plan);
  if (recorded?.note) onMessage?.(...recorded.note);
  const rule: SplitRule = {
    testing: options.testing_percentage,
    validation: options.validation_percentage,
    recorded: recorded?.split,
  };
  try {
    const split = splitFiles(files, dataset.labels, rule);
    return { dataset, files, failures, plan, rule, split };
  } catch (error) {
    throw withReasons(error, [...failures, ...foreseenFailures(files)], dataset.files);
  }
}
