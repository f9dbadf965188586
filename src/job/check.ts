// Checks a data set: reads and splits it, extracts features with retrain's cache, inspects all images.

import { writeWithFolders } from '../base/files.ts';
import { renewPatience } from '../base/patience.ts';
import { watchReaders } from '../base/readers.ts';
import { checkImages } from '../check/check-images.ts';
import type { Finding } from '../check/findings.ts';
import type { Failure } from '../data/hash-files.ts';
import { requireOneNetwork } from '../extractor/auto.ts';
import { loadDecoder } from '../images/decode.ts';
import { inspectImage } from '../images/inspect.ts';
import { type Given, RETRAIN_DEFAULTS } from '../options/commands.ts';
import { percentageWarnings, withDefaults } from '../options/validate.ts';
import { findingsJson } from '../report/check.ts';
import { openExtraction } from './extraction.ts';
import { checkInput, extractImages } from './image-rows.ts';
import { requirePlace } from './places.ts';
import { planAsRetrain } from './plan.ts';
import type { JobTools } from './tools.ts';
import { createOutputs, type Written } from './written.ts';

export interface CheckResult extends Written {
  readonly findings: readonly Finding[];
  /** Number of images checked. */
  readonly images: number;
  readonly labels: readonly string[];
  /** Files that could not be read. */
  readonly skipped: readonly Failure[];
}

/**
 * @param given as on the command line; `json` is a file, or `-` for none
 * @throws UsageError, InputError or UnfitError; findings are not errors
 */
export async function check(given: Given<'check'>, tools: JobTools = {}): Promise<CheckResult> {
  renewPatience();
  watchReaders(tools.onMessage);
  const { onMessage, onProgress, signal } = tools;
  const options = withDefaults('check', given);
  requireOneNetwork(options.extractor);
  for (const warning of percentageWarnings('check', options)) onMessage?.(...warning);
  const json = options.json === '-' ? undefined : options.json;
  if (json !== undefined) await requirePlace('json', json, 'file');
  const planned = await planAsRetrain(options, tools);
  const extraction = await openExtraction({ ...RETRAIN_DEFAULTS, ...options }, tools);
  const { images, skipped } = await extractImages(extraction, planned).finally(extraction.close);
  const decoder = await loadDecoder();
  const inspect = (row: number) =>
    inspectImage(images.files[row].file, decoder, extraction.source.preprocessing);
  const input = checkInput(images, options.seed);
  const findings = await checkImages(input, { inspect, ...(onProgress && { onProgress }) }, signal);
  const found = { findings, images: images.files.length, labels: images.labels, skipped };
  const outputs = createOutputs();
  if (json !== undefined) {
    await outputs.add('findings', json, () => writeWithFolders(json, findingsJson(found), 'owner'));
  }
  return { ...found, ...outputs.list };
}
