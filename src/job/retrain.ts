// The main job: labelled images in, a saved model and its honest metrics out.

import { ImgdiagError } from '../base/errors.ts';
import { takeRows } from '../base/matrix.ts';
import { propertyFindings, warningsOf } from '../check/cached-findings.ts';
import { assignFolds } from '../data/folds.ts';
import type { Failure } from '../data/hash-files.ts';
import { type PlannedSplit, planSplit } from '../data/plan-split.ts';
import { splitFiles } from '../data/split.ts';
import { describeShares, warnOfFew } from '../data/split-shares.ts';
import { foldHead, type Head } from '../head/head.ts';
import { checkModelFolder } from '../model/folder.ts';
import { FILE_NAMES, type Manifest } from '../model/manifest.ts';
import { type Model, readModel } from '../model/read.ts';
import { recordedSplitOf } from '../model/recorded-split.ts';
import { savedHead } from '../model/saved-head.ts';
import { finishPublication, type Payload, writeModel } from '../model/write.ts';
import { withDefaults } from '../options/check.ts';
import type { Given, RetrainOptions } from '../options/commands.ts';
import type { Measured, OutOfFold, TestMetrics } from '../report/evidence.ts';
import { evaluateSplits, evaluateTest } from '../training/evaluate-splits.ts';
import type { FitStep } from '../training/fit-pool.ts';
import { describeInitialHead, readInitialHead } from '../training/initial-head.ts';
import { type Misclassified, misclassifiedImages } from '../training/misclassified.ts';
import { checkPositive } from '../training/operating-point.ts';
import { createPool } from '../training/pool.ts';
import { createSummaries, type Summaries } from '../training/summaries.ts';
import { trainModel } from '../training/train-model.ts';
import { extractAugmented } from './augment.ts';
import { augmentationOf } from './augment-options.ts';
import { type ExtractionSource, openExtraction } from './extraction.ts';
import { gatesOf, requireGates } from './gates.ts';
import {
  checkInput,
  evidenceOf,
  outOfFoldRows,
  type UsableImages,
  usableImages,
} from './image-rows.ts';
import type { Inputs } from './inputs.ts';
import { savedOptions } from './like.ts';
import { createModelFiles, manifestInputs, networkBytes } from './model-files.ts';
import { checkOutputs, writeIntermediate, writeOutputs } from './outputs.ts';
import { trainSettings } from './settings.ts';
import type { JobTools } from './tools.ts';

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
  given: Given<'retrain'>,
  tools: JobTools = {},
): Promise<RetrainResult> {
  const { onMessage, signal } = tools;
  const options = withDefaults('retrain', given);
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
  const told = trainSettings(options, labels);
  checkPositive(options, labels);
  const gates = gatesOf(options, planned);
  checkFolds(planned, options);
  for (const warning of warnOfFew(labels, files)) onMessage?.(...warning);

  const extraction = await openExtraction(options, tools);
  try {
    const { source } = extraction;
    const initial =
      options.init_from === undefined
        ? undefined
        : await readInitialHead(options.init_from, labels, source.extractor.weightsSha256);
    if (initial !== undefined) onMessage?.('info', describeInitialHead(initial, labels));
    const table = await extraction.features(planned);
    const skipped = table.failures;
    const split = splitFiles(files, labels, planned.rule, (i) => table.usable[i]);
    const shares = describeShares(planned, split);
    for (const note of [...split.notes, ...shares]) onMessage?.(...note);
    const { optimizer } = told.fit;
    const inputs: Inputs = {
      options: savedOptions(options, {
        // A folder is named by what it holds: no path is saved.
        extractor: source.extractor.spec.id,
        image_size: source.preprocessing.size,
        // L-BFGS has none: saved, it would be another optimizer's under --like.
        ...(optimizer.kind !== 'lbfgs' && { learning_rate: optimizer.learningRate }),
      }),
      planned,
      split,
      source,
      skipped: skipped.length,
      initFrom: initial?.version ?? null,
    };
    const images = usableImages(planned, split, table);
    const grouped = planned.plan.grouping !== 'none';
    const findings = propertyFindings(checkInput(images, options.seed));
    for (const note of warningsOf(findings)) onMessage?.(...note);
    const before = options.force ? undefined : await sameRun(options.model_dir, inputs);
    if (before !== undefined) {
      const head = savedHead(before);
      const { operating_point: operatingPoint } = before.manifest;
      const test = evaluateTest(images, labels, { head, operatingPoint }, grouped);
      requireGates(gates, test.metrics, options);
      await finishPublication(options.model_dir, before.manifest, payloadOf(before));
      await writeOutputs(options, payloadOf(before), before.manifest, source, head);
      return {
        manifest: before.manifest,
        skipped,
        unchanged: true,
        misclassified: listMisclassified(options, images, head),
        summaries: undefined,
        outOfFold: undefined,
        test,
        measured: undefined,
      };
    }
    const augmented = augmentationOf(options);
    const augmentation = augmented && { copies: options.augment_copies, ...augmented };
    const variants =
      augmentation &&
      (await extractAugmented(extraction, images, augmentation, options.seed, tools));
    const validationImages = images.splits.filter((split) => split === 'validation').length;
    const summaries = options.summaries_dir === undefined ? undefined : createSummaries();
    const settings = { ...told, initial: initial?.network };
    const model = await trainModel(createPool(images, variants), labels, settings, {
      onMessage,
      async onStep(step) {
        if (step.report) tools.onStep?.(step.report, validationImages);
        summaries?.add(step);
        await storeIntermediate(options, source, step);
      },
      signal,
    });
    const evaluated = await evaluateSplits(images, labels, model, grouped);
    const plan = { settings, augmentation };
    const { payload, body, evaluation } = createModelFiles(inputs, plan, model, evaluated);
    requireGates(gates, evaluation.splits.testing, options);
    signal?.throwIfAborted();
    const manifest = await writeModel(options.model_dir, payload, body);
    const { head } = model;
    await writeOutputs(options, payload, manifest, source, head);
    return {
      manifest,
      skipped,
      unchanged: false,
      misclassified: listMisclassified(options, images, head),
      summaries: summaries?.summaries,
      outOfFold: outOfFoldRows(images, model),
      test: { metrics: evaluated.full.testing, rates: evaluated.testRates },
      measured: { evaluation, evidence: evidenceOf(images, model, evaluated) },
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
  const rows = [...files.keys()].filter((i) => split.splitOf[i] && split.splitOf[i] !== 'testing');
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
async function sameRun(folder: string, inputs: Inputs): Promise<Model | undefined> {
  try {
    const model = await readModel(folder, FILE_NAMES);
    return model.manifest.run === manifestInputs(inputs).run ? model : undefined;
  } catch (error) {
    // None there, damaged, or of another schema: made anew.
    if (error instanceof ImgdiagError) return undefined;
    throw error;
  }
}

function payloadOf({ files }: Model): Payload {
  return Object.fromEntries(files) as unknown as Payload;
}

function listMisclassified(
  { print_misclassified_test_images: wanted }: RetrainOptions,
  { files, splits, features, labels }: UsableImages,
  head: Head,
): Misclassified[] {
  const rows = [...splits.keys()].filter((row) => wanted && splits[row] === 'testing');
  const images = rows.map((row) => files[row]);
  return misclassifiedImages(head, takeRows(features, rows), images, labels);
}

async function storeIntermediate(
  { intermediate_store_frequency: every, intermediate_output_graphs_dir: folder }: RetrainOptions,
  source: ExtractionSource,
  { step, network, standardisation }: FitStep,
): Promise<void> {
  if (folder === undefined || every === 0 || step === 0 || step % every !== 0) return;
  await writeIntermediate(folder, step, networkBytes(source, foldHead(network, standardisation)));
}
