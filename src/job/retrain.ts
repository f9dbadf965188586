// The main job: labelled images in, a saved model and its honest metrics out.

import { ImgdiagError } from '../base/errors.ts';
import { takeRows } from '../base/matrix.ts';
import { quickFindings, warningsOf } from '../check/quick.ts';
import { assignFolds } from '../data/folds.ts';
import type { Failure } from '../data/hash-files.ts';
import { type PlannedSplit, planSplit } from '../data/plan-split.ts';
import { splitFiles } from '../data/split.ts';
import { describeShares, warnOfFew } from '../data/split-shares.ts';
import type { FeatureTable } from '../features/extract.ts';
import type { Head } from '../head/head.ts';
import { computeSplitMetrics } from '../metrics/compute-metrics.ts';
import { checkModelFolder } from '../model/folder.ts';
import { FILE_NAMES, type Manifest } from '../model/manifest.ts';
import { type Model, readModel } from '../model/read.ts';
import { recordedSplitOf } from '../model/recorded-split.ts';
import { savedHead } from '../model/saved-head.ts';
import { finishPublication, type Payload, writeModel } from '../model/write.ts';
import { checkOptions } from '../options/check.ts';
import type { RetrainOptions } from '../options/commands.ts';
import type { Measured, OutOfFold, TestMetrics } from '../report/evidence.ts';
import { type Misclassified, misclassifiedImages } from '../training/misclassified.ts';
import { checkPositive, ratesOf } from '../training/operating-point.ts';
import { parsePrevalence } from '../training/prevalence.ts';
import { describeStart, readStart } from '../training/start.ts';
import { extractAugmented } from './augment.ts';
import { augmentationOf } from './augment-options.ts';
import { checkInputOf } from './check-data.ts';
import { describeInputs, describeModel } from './describe-model.ts';
import { evidenceOf } from './evidence.ts';
import { openExtraction } from './extraction.ts';
import { gatesOf, requireGates } from './gates.ts';
import type { Inputs } from './inputs.ts';
import { scoreTest } from './metrics.ts';
import { checkOutputs, writeOutputs } from './outputs.ts';
import type { JobTools } from './tools.ts';
import { type Summaries, train } from './train.ts';

export interface RetrainResult {
  readonly manifest: Manifest;
  /** Files that could not be used. */
  readonly skipped: readonly Failure[];
  /** Nothing differs from the model that was there, which is left as it is. */
  readonly unchanged: boolean;
  /** Test images that were scored wrongly, in path order; empty unless asked for. */
  readonly misclassified: readonly Misclassified[];
  /** What TensorBoard can show; undefined unless asked for, or without training. */
  readonly summaries: Summaries | undefined;
  /** Out-of-fold predictions, a row per image; undefined without folds. */
  readonly outOfFold: readonly OutOfFold[] | undefined;
  readonly test: TestMetrics;
  /** What a report is made of; undefined without training. */
  readonly measured: Measured | undefined;
}

/**
 * Trains a head and publishes the model at `model_dir`.
 * @throws UsageError, InputError, UnfitError, GateError or WriteError; the model folder is then as
 *   it was
 */
export async function retrain(
  options: RetrainOptions,
  tools: JobTools = {},
): Promise<RetrainResult> {
  const { onMessage, signal } = tools;
  checkOptions('retrain', options);
  for (const folder of [options.model_dir, options.saved_model_dir]) {
    if (folder !== undefined) await checkModelFolder(folder);
  }
  await checkOutputs(options);
  const planned = await planSplit(options, {
    onMessage,
    readRecorded: recordedSplitOf(options.model_dir),
    signal,
  });
  const { dataset, files } = planned;
  const { labels } = dataset;
  parsePrevalence(options.prevalence, labels);
  checkPositive(options, labels);
  const gates = gatesOf(options, planned);
  checkFolds(planned, options);
  for (const warning of warnOfFew(labels, files)) onMessage?.(...warning);

  const extraction = await openExtraction(options, tools);
  try {
    const { source } = extraction;
    const start =
      options.init_from === undefined
        ? undefined
        : await readStart(options.init_from, labels, source.extractor.weightsSha256);
    if (start !== undefined) onMessage?.('info', describeStart(start, labels));
    const table = await extraction.features(planned);
    const skipped = table.failures;
    const split = splitFiles(files, labels, planned.rule, (i) => table.usable[i]);
    const shares = describeShares(planned, split);
    for (const note of [...split.notes, ...shares]) onMessage?.(...note);
    const inputs: Inputs = {
      options,
      planned,
      split,
      source,
      skipped: skipped.length,
      initFrom: start?.version ?? null,
    };
    const { input } = checkInputOf(planned, split, table, options.seed);
    for (const note of warningsOf(quickFindings(input))) onMessage?.(...note);
    const before = options.force ? undefined : await sameRun(inputs);
    if (before !== undefined) {
      const head = savedHead(before);
      const test = testMetrics(inputs, table, before);
      requireGates(gates, test.metrics, options);
      await finishPublication(options.model_dir, before.manifest, payloadOf(before));
      await writeOutputs(options, payloadOf(before), before.manifest, source, head);
      return {
        manifest: before.manifest,
        skipped,
        unchanged: true,
        misclassified: listMisclassified(inputs, table, head),
        summaries: undefined,
        outOfFold: undefined,
        test,
        measured: undefined,
      };
    }
    const augmentation = augmentationOf(options);
    const variants =
      augmentation === undefined
        ? undefined
        : await extractAugmented(extraction, augmentation, inputs, tools);
    const trained = await train({ inputs, table, variants, start }, tools);
    const { payload, body, evaluation } = describeModel(inputs, trained.outcome);
    requireGates(gates, evaluation.sets.testing, options);
    signal?.throwIfAborted();
    const manifest = await writeModel(options.model_dir, payload, body);
    const { head } = trained.outcome.settled;
    await writeOutputs(options, payload, manifest, source, head);
    return {
      manifest,
      skipped,
      unchanged: false,
      misclassified: listMisclassified(inputs, table, head),
      summaries: trained.summaries,
      outOfFold: trained.outOfFold,
      test: {
        metrics: evaluation.sets.testing,
        rates: evaluation.operating_point?.testing ?? null,
      },
      measured: { evaluation, evidence: evidenceOf(inputs, table, trained) },
    };
  } finally {
    await extraction.close();
  }
}

/** Tells before any extraction that there are too few groups for the folds. */
function checkFolds(
  { files, dataset, split }: PlannedSplit,
  { folds, seed }: RetrainOptions,
): void {
  if (folds === 0) return;
  const rows = [...files.keys()].filter((i) => split.sets[i] && split.sets[i] !== 'testing');
  const targets = rows.map((i) => dataset.labels.indexOf(files[i].label));
  assignFolds(
    rows.map((i) => split.unitOf[i]),
    targets,
    dataset.labels,
    folds,
    seed,
  );
}

/** The model at `model_dir`, whole, when the same inputs have made it. */
async function sameRun(inputs: Inputs): Promise<Model | undefined> {
  try {
    const model = await readModel(inputs.options.model_dir, FILE_NAMES);
    return model.manifest.run === describeInputs(inputs).run ? model : undefined;
  } catch (error) {
    // None there, damaged, or of another schema: made anew.
    if (error instanceof ImgdiagError) return undefined;
    throw error;
  }
}

function testMetrics(inputs: Inputs, table: FeatureTable, model: Model): TestMetrics {
  const { labels, operating_point: point } = model.manifest;
  const scored = scoreTest(inputs, table, savedHead(model));
  const { groups } = scored;
  return {
    metrics: computeSplitMetrics(scored, labels, { groups }),
    rates: point && ratesOf(point, labels, scored),
  };
}

function payloadOf({ files }: Model): Payload {
  return Object.fromEntries(files) as unknown as Payload;
}

function listMisclassified(
  { options, planned, split }: Inputs,
  table: FeatureTable,
  head: Head,
): Misclassified[] {
  if (!options.print_misclassified_test_images) return [];
  const { files, dataset } = planned;
  const rows = [...files.keys()].filter((index) => split.sets[index] === 'testing');
  const images = rows.map((row) => files[row]);
  return misclassifiedImages(head, takeRows(table.features, rows), images, dataset.labels);
}
