// From features to a head: cross-validation if asked for, the choice, the fit, and the last look.

import { takeRows } from '../base/matrix.ts';
import type { FeatureTable } from '../features/extract.ts';
import type { FitOptions } from '../head/fit.ts';
import { foldHead } from '../head/head.ts';
import { percentText } from '../metrics/format.ts';
import type { RetrainOptions } from '../options/commands.ts';
import type { OutOfFold } from '../report/evidence.ts';
import { compareAugmentation } from '../training/compare-augmentation.ts';
import { type CrossValidated, crossValidate } from '../training/cross-validate.ts';
import type { HeldOut } from '../training/held-out.ts';
import { allRows, type Strength, settleL2 } from '../training/l2-strength.ts';
import { type FitStep, type LearnOptions, learn } from '../training/learn.ts';
import type { Pool } from '../training/pool.ts';
import { parsePrevalence } from '../training/prevalence.ts';
import type { Start } from '../training/start.ts';
import { createSummaries, type Summaries } from '../training/summaries.ts';
import type { AugmentedRows } from './augment.ts';
import { augmentationAsked } from './augment-options.ts';
import { learningRateOf, networkBytes } from './describe-model.ts';
import type { Inputs } from './inputs.ts';
import { measure } from './measure.ts';
import type { Outcome } from './outcome.ts';
import { writeIntermediate } from './outputs.ts';
import type { JobTools } from './tools.ts';

export type { Summaries };

export interface TrainInput {
  readonly inputs: Inputs;
  readonly table: FeatureTable;
  readonly variants: AugmentedRows | undefined;
  readonly start: Start | undefined;
}

export interface Trained {
  readonly outcome: Outcome;
  readonly pool: Pool;
  /** File index of each row of the pool. */
  readonly fileOf: readonly number[];
  readonly heldOut: HeldOut | string;
  readonly summaries: Summaries | undefined;
  readonly outOfFold: readonly OutOfFold[] | undefined;
}

/** The test images are looked at once, by the head that is saved, after the last choice. */
export async function train(input: TrainInput, tools: JobTools): Promise<Trained> {
  const { onMessage, signal } = tools;
  const { inputs, start } = input;
  const { options, planned } = inputs;
  const { labels } = planned.dataset;
  const { pool, fileOf } = createPool(input);
  const fitOptions = fitOptionsOf(options);
  const prevalence = parsePrevalence(options.prevalence, labels);

  let crossValidated: CrossValidated | undefined;
  if (options.folds > 0) {
    crossValidated = await crossValidate(pool, labels, {
      folds: options.folds,
      seed: options.seed,
      l2: options.l2,
      fit: fitOptions,
      prevalence,
      signal,
      onFold: (fold, accuracy, images) =>
        onMessage?.(
          'info',
          `fold ${fold + 1} of ${options.folds}: accuracy ${percentText(accuracy)} (N=${images})`,
        ),
    });
  }
  const strength = await settleL2(pool, allRows(pool), labels, {
    fit: fitOptions,
    given: options.l2,
    mayFold: options.folds > 0,
    seed: options.seed,
    signal,
  });
  onMessage?.('info', describeStrength(strength));
  if (options.optimizer === 'lbfgs') {
    onMessage?.('info', 'training by L-BFGS: each step is an iteration over all training images');
  }
  const learnOptions: LearnOptions = {
    fit: { ...fitOptions, l2: strength.l2 },
    start: start?.network,
  };
  const validationImages = pool.isValidation.filter(Boolean).length;
  if (options.early_stopping_patience > 0 && validationImages === 0) {
    onMessage?.('warning', 'no validation images to stop early by: all --steps are made');
  }
  const summaries = options.summaries_dir === undefined ? undefined : createSummaries();
  const learned = await learn(pool, labels.length, learnOptions, {
    signal,
    async onStep(step) {
      if (step.report) tools.onStep?.(step.report, validationImages);
      summaries?.add(step);
      await storeIntermediate(inputs, step);
    },
  });
  if (options.optimizer === 'lbfgs' && !learned.watched.result.converged) {
    onMessage?.(
      'warning',
      `not converged after ${learned.watched.result.steps} steps; give more --steps`,
    );
  }
  const augmentation = await compareAugmentation(
    pool,
    labels,
    { copies: options.augment_copies, ...augmentationAsked(options) },
    learnOptions,
    learned,
    onMessage,
  );
  const measured = await measure(
    { inputs, table: input.table, pool, fileOf },
    { learned, learnOptions, crossValidated },
    tools,
  );
  const { heldOut, settled, evaluation, outOfFold, finished } = measured;
  return {
    outcome: { learned, strength, settled, evaluation, crossValidated, outOfFold, augmentation },
    heldOut,
    pool,
    fileOf,
    summaries: summaries?.summaries,
    outOfFold: finished && outOfFoldRows(finished, fileOf, inputs),
  };
}

/** Usable rows that are not for testing. @returns also the file index of each */
function createPool({ inputs, table, variants }: TrainInput): { pool: Pool; fileOf: number[] } {
  const { planned, split } = inputs;
  const { files, dataset } = planned;
  const fileOf = [...files.keys()].filter((i) => split.sets[i] && split.sets[i] !== 'testing');
  const rowOfFile = new Map(fileOf.map((file, row) => [file, row]));
  const target = new Map(dataset.labels.map((label, index) => [label, index]));
  const pool: Pool = {
    features: takeRows(table.features, fileOf),
    properties: takeRows(table.properties, fileOf),
    targets: Uint16Array.from(fileOf, (i) => target.get(files[i].label) as number),
    units: fileOf.map((i) => split.unitOf[i]),
    isValidation: fileOf.map((i) => split.sets[i] === 'validation'),
    variants: variants && {
      features: variants.features,
      sourceOf: variants.fileOf.map((file) => rowOfFile.get(file) as number),
    },
  };
  return { pool, fileOf };
}

function fitOptionsOf(options: RetrainOptions): Omit<FitOptions, 'l2'> {
  return {
    optimizer: options.optimizer,
    steps: options.steps,
    batchSize: options.train_batch_size,
    learningRate: learningRateOf(options),
    learningRateSchedule: options.learning_rate_schedule,
    hiddenUnits: options.hidden_units,
    labelSmoothing: options.label_smoothing,
    classWeights: options.class_weights,
    earlyStoppingPatience: options.early_stopping_patience,
    evalStepInterval: options.eval_step_interval,
    seed: options.seed,
    // Whoever does without ONNX Runtime does without it altogether.
    arithmetic: options.engine === 'tfjs' ? 'typescript' : 'auto',
  };
}

function describeStrength({ l2, by, choice }: Strength): string {
  if (by === 'given') return `L2 strength ${l2}, as given`;
  if (by === 'default') return `L2 strength ${l2}, the default: no held-out images to choose it on`;
  const how =
    by === 'validation'
      ? 'on the validation images'
      : 'by inner folds over training and validation images';
  const end = choice?.end === undefined ? '' : `; the ${choice.end} that was tried`;
  return `L2 strength ${l2}, chosen ${how}${end}`;
}

async function storeIntermediate(
  { options, source }: Inputs,
  { step, network, standardisation }: FitStep,
): Promise<void> {
  const { intermediate_store_frequency: every, intermediate_output_graphs_dir: folder } = options;
  if (folder === undefined || every === 0 || step === 0 || step % every !== 0) return;
  await writeIntermediate(folder, step, networkBytes(source, foldHead(network, standardisation)));
}

function outOfFoldRows(
  { folds, probabilities }: CrossValidated,
  fileOf: readonly number[],
  { planned }: Inputs,
): OutOfFold[] {
  const count = planned.dataset.labels.length;
  return fileOf.map((file, row) => ({
    path: planned.files[file].path,
    label: planned.files[file].label,
    fold: folds[row],
    scores: [...probabilities.subarray(row * count, (row + 1) * count)],
  }));
}
