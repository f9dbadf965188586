// Checks a data set: reads, splits, extracts with the cache of retrain, and looks at every image.

import { checkImages } from '../check/check-images.ts';
import type { Finding } from '../check/findings.ts';
import type { Failure } from '../data/hash-files.ts';
import { planSplit } from '../data/plan-split.ts';
import { splitFiles } from '../data/split.ts';
import type { FeatureTable } from '../features/extract.ts';
import { loadDecoder } from '../images/decode.ts';
import { inspectImage } from '../images/inspect.ts';
import { recordedSplitOf } from '../model/recorded-split.ts';
import { withDefaults } from '../options/check.ts';
import { type Given, RETRAIN_DEFAULTS } from '../options/commands.ts';
import { openExtraction } from './extraction.ts';
import { checkInput, usableImages } from './image-rows.ts';
import type { JobTools } from './tools.ts';

export interface CheckedData {
  readonly findings: readonly Finding[];
  /** Images that were looked at. */
  readonly images: number;
  readonly labels: readonly string[];
  /** Files that could not be read. */
  readonly skipped: readonly Failure[];
}

/** @throws UsageError, InputError or UnfitError; whatever it finds is no error */
export async function checkData(given: Given<'check'>, tools: JobTools = {}): Promise<CheckedData> {
  const { onProgress, signal } = tools;
  const options = withDefaults('check', given);
  const planned = await planSplit(options, {
    readRecorded: options.model_dir === undefined ? undefined : recordedSplitOf(options.model_dir),
    onMessage: tools.onMessage,
    signal,
  });
  const extraction = await openExtraction({ ...RETRAIN_DEFAULTS, ...options }, tools);
  let table: FeatureTable;
  try {
    table = await extraction.features(planned);
  } finally {
    await extraction.close();
  }
  const { labels } = planned.dataset;
  const split = splitFiles(planned.files, labels, planned.rule, (row) => table.usable[row]);
  const images = usableImages(planned, split, table);
  const input = checkInput(images, options.seed);
  const decoder = await loadDecoder();
  const inspect = (row: number) => inspectImage(images.files[row].file, decoder);
  const findings = await checkImages(input, { inspect, ...(onProgress && { onProgress }) }, signal);
  return { findings, images: images.files.length, labels, skipped: table.failures };
}
