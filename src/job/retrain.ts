// The main job: from labelled images to a saved model with metrics and report.

import { WriteError } from '../base/errors.ts';
import { renewPatience } from '../base/patience.ts';
import { watchReaders } from '../base/readers.ts';
import type { Failure } from '../data/hash-files.ts';
import { planSplit } from '../data/plan-split.ts';
import { withReasons } from '../data/skipped.ts';
import { warnOfFew } from '../data/split-shares.ts';
import { AUTO, autoCandidates } from '../extractor/auto.ts';
import type { Manifest } from '../model/manifest.ts';
import { recordedSplitOf } from '../model/recorded-split.ts';
import { finishPublication, writeModel } from '../model/write.ts';
import type { Given } from '../options/commands.ts';
import { percentageWarnings } from '../options/validate.ts';
import type { Measured, NearDuplicates, TestMetrics } from '../report/results.ts';
import { type Misclassified, misclassifiedImages } from '../training/misclassified.ts';
import { savedCandidate, trainCandidate } from './candidate.ts';
import { chooseNetwork } from './choose-network.ts';
import { openExtraction } from './extraction.ts';
import { checkFolds } from './folds.ts';
import { checkOutputs, isComplete, writeOutputs, writePairs } from './outputs.ts';
import { requireUsable } from './reopen.ts';
import { ineffectiveOptions, retrainOptions } from './retrain-options.ts';
import { prepareRun } from './run.ts';
import { gatesOf, requireGates } from './run-gates.ts';
import { trainSettings } from './settings.ts';
import type { JobTools } from './tools.ts';
import { createOutputs, type Written } from './written.ts';

export interface RetrainResult extends Written {
  readonly manifest: Manifest;
  /** Files that could not be used. */
  readonly skipped: readonly Failure[];
  /** True if nothing has changed since the model was saved; it is then left as it is. */
  readonly unchanged: boolean;
  /** Misclassified test images in path order; empty without `print_misclassified_test_images`. */
  readonly misclassified: readonly Misclassified[];
  readonly test: TestMetrics;
  /** Undefined where there are too many images to look for them: imgdiag check does. */
  readonly nearDuplicates: NearDuplicates | undefined;
  /** What the report is made from; undefined if nothing has changed. */
  readonly measured: Measured | undefined;
}

/**
 * Trains a head, and publishes the model at `model_dir` with its report beside it.
 * @param given as on the command line
 * @returns once the model is saved; errors of other files are in `unwritten`
 * @throws UsageError, InputError, or UnfitError, also for a model that cannot be opened; GateError
 *   for missed gates and WriteError where the model cannot be saved, both with the result in
 *   `result`. The model folder is then as it was.
 */
export async function retrain(
  given: Given<'retrain'>,
  tools: JobTools = {},
): Promise<RetrainResult> {
  renewPatience();
  watchReaders(tools.onMessage);
  const { onMessage, signal } = tools;
  const wanted = await retrainOptions(given, onMessage);
  for (const text of ineffectiveOptions(given, wanted)) onMessage?.('info', text);
  for (const warning of percentageWarnings('retrain', wanted)) onMessage?.(...warning);
  const options = await checkOutputs(wanted, onMessage);
  const readRecorded = recordedSplitOf(options.model_dir);
  const planned = await planSplit(options, { onMessage, readRecorded, signal });
  const { labels } = planned.dataset;
  const settings = trainSettings(options, labels);
  const gates = gatesOf(options, planned);
  checkFolds(planned, options);
  for (const warning of warnOfFew(labels, planned.files)) onMessage?.(...warning);

  const network =
    options.extractor === AUTO
      ? await chooseNetwork(autoCandidates(options.image_size), options, settings, planned, tools)
      : { extraction: await openExtraction(options, tools), options, choice: undefined };
  try {
    const run = await prepareRun(options, settings, planned, network, tools);
    const mayKeep = !options.force && (await isComplete(options));
    const before = mayKeep ? await savedCandidate(run, signal) : undefined;
    const candidate =
      before ??
      (await trainCandidate(run, tools).catch((error) => {
        throw withReasons(error, run.skipped, planned.dataset.files);
      }));
    const { manifest, payload, head, test } = candidate;
    const { model_dir: folder, print_misclassified_test_images: listed } = options;
    const outputs = createOutputs();
    const result: RetrainResult = {
      manifest,
      skipped: run.skipped,
      unchanged: before !== undefined,
      misclassified: listed ? misclassifiedImages(head, run.images) : [],
      test,
      nearDuplicates: run.near,
      measured: candidate.trained?.measured,
      ...outputs.list,
    };
    const hint = `nothing was saved to ${folder}: add images, or relax --min and --max`;
    // Before the gates: a warning has named it.
    await writePairs(outputs, options, run.near, onMessage);
    requireGates(gates, test.metrics, result, hint);
    if (!result.unchanged) await requireUsable(candidate, network.options);
    signal?.throwIfAborted();
    const publish = result.unchanged ? finishPublication : writeModel;
    let uncopied: WriteError | undefined;
    await outputs.add('model', folder, async () => {
      uncopied = await publish(folder, payload, manifest, onMessage);
    });
    const [unsaved] = result.unwritten;
    if (unsaved !== undefined) {
      const { message, hint } = unsaved;
      throw new WriteError(message, { hint, result: { ...result, unwritten: [] }, cause: unsaved });
    }
    tools.onSaved?.();
    outputs.fail(uncopied);
    await writeOutputs(outputs, run, candidate, tools);
    return result;
  } finally {
    await network.extraction.close();
  }
}
