// Trains everything in a model from a pool: makes every choice on held-out images, then fits the head.

import type { OnMessage } from '../base/messages.ts';
import type { FitOptions } from '../head/fit.ts';
import { type FittedOodDetector, fitOodDetector } from '../head/fit-out-of-distribution.ts';
import { calibratedHead, type Head } from '../head/head.ts';
import { offsetProbabilities } from '../head/prior.ts';
import { percentText } from '../metrics/format.ts';
import { applyTemperature } from '../metrics/temperature.ts';
import { type ChosenCalibration, chooseCalibration, describeCalibration } from './calibration.ts';
import { type ChosenL2, chooseL2, describeL2 } from './choose-l2.ts';
import {
  chooseOperatingPoint,
  describeOperatingPoint,
  type OperatingPoint,
  type ThresholdOptions,
} from './choose-threshold.ts';
import {
  type AugmentationEffect,
  compareAugmentation,
  describeEffect,
} from './compare-augmentation.ts';
import { type CrossValidated, crossValidate } from './cross-validate.ts';
import type { FitPoolOptions, FittedHead, InitialNetwork } from './fit-pool.ts';
import { type HeldOut, predictHeldOut } from './held-out.ts';
import { innerFolds, TOO_FEW } from './inner-folds.ts';
import { type Pool, validationRows } from './pool.ts';
import { prevalenceOffset, type StatedShares } from './prevalence.ts';
import { type TrainedHead, trainHead } from './train-head.ts';

export interface TrainSettings {
  /** Its seed also assigns the folds. */
  readonly fit: Omit<FitOptions, 'l2'>;
  /** Undefined: chosen on held-out images. */
  readonly l2: number | undefined;
  /** Of cross-validation; 0: none. */
  readonly folds: number;
  readonly initial: InitialNetwork | undefined;
  readonly calibration: 'temperature' | 'none';
  /** Undefined: probabilities apply at the label shares of training. */
  readonly prevalence: StatedShares | undefined;
  readonly threshold: ThresholdOptions;
  /** With `--extractor auto` and folds: see `crossValidate`. */
  readonly foldPools?: readonly Pool[] | undefined;
}

export interface TrainHooks {
  readonly onMessage?: OnMessage | undefined;
  /** After each step of the first fit. */
  readonly onStep?: FitPoolOptions['onStep'];
  readonly signal?: AbortSignal | undefined;
}

export interface TrainedModel extends ChosenCalibration {
  readonly trained: TrainedHead;
  /** The head to save: with temperature and prevalence. */
  readonly head: Head;
  /** The head before the refit with the same adjustments, for validation metrics. */
  readonly headBeforeRefit: Head;
  /** Label shares that the probabilities apply at. */
  readonly shares: readonly number[];
  readonly l2: ChosenL2;
  readonly augmentationEffect: AugmentationEffect | null;
  /** As the saved model would predict; a string says why there are none. */
  readonly heldOut: HeldOut | string;
  /** As the saved model would predict. */
  readonly crossValidated: CrossValidated | undefined;
  readonly operatingPoint: OperatingPoint | null;
  readonly ood: FittedOodDetector;
}

/** @throws InputError or UsageError where the images do not allow what the settings ask for */
export async function trainModel(
  pool: Pool,
  labels: readonly string[],
  settings: TrainSettings,
  { onMessage, onStep, signal }: TrainHooks,
): Promise<TrainedModel> {
  const { initial, prevalence, folds } = settings;
  const { optimizer, seed, earlyStoppingPatience } = settings.fit;
  const count = labels.length;
  const validationImages = validationRows(pool).length;

  const crossValidated =
    folds === 0
      ? undefined
      : await crossValidate(pool, labels, {
          ...settings,
          signal,
          onFold: (fold, accuracy, images) =>
            onMessage?.(
              'info',
              `fold ${fold + 1} of ${folds}: accuracy ${percentText(accuracy)} (N=${images})`,
            ),
        });
  const l2 = await chooseL2(pool, labels, {
    head: settings.fit,
    given: settings.l2,
    signal,
  });
  onMessage?.('info', describeL2(l2));

  if (earlyStoppingPatience > 0 && validationImages === 0) {
    onMessage?.('warning', 'no validation images for early stopping: all --steps are run');
  }
  const fit = { ...settings.fit, l2: l2.l2 };
  const trained = await trainHead(pool, count, fit, { initial, onStep, signal });
  const { final, beforeRefit } = trained;
  if (optimizer.kind === 'lbfgs') {
    const { steps, converged } = beforeRefit.result;
    if (converged)
      onMessage?.('info', `converged after ${steps} of at most ${optimizer.steps} steps`);
    else onMessage?.('warning', `not converged after ${steps} steps; increase --steps`);
  }
  const augmentationEffect = await compareAugmentation(pool, count, beforeRefit.head, fit, {
    initial,
    signal,
  });
  if (augmentationEffect) onMessage?.('info', describeEffect(augmentationEffect, validationImages));

  const found = await predictHeldOut(pool, labels, trained, crossValidated, {
    fit,
    hasInitialHead: initial !== undefined,
    signal,
  });
  const calibrated = await chooseCalibration(found, count, settings.calibration, signal);
  onMessage?.('info', describeCalibration(calibrated.calibration));
  const { temperature } = calibrated.calibration;
  const finish = ({ head, shares }: FittedHead) =>
    calibratedHead(head, temperature, prevalenceOffset(shares, prevalence));
  const finishPredictions = <T extends { readonly probabilities: Float64Array }>(some: T): T => ({
    ...some,
    probabilities: offsetProbabilities(
      applyTemperature(some.probabilities, count, temperature),
      prevalenceOffset(final.shares, prevalence),
    ),
  });
  const heldOut = typeof found === 'string' ? found : finishPredictions(found);
  const operatingPoint = chooseOperatingPoint(labels, heldOut, settings.threshold);
  if (operatingPoint !== null) onMessage?.('info', describeOperatingPoint(operatingPoint));

  const ood = fitOod(pool, labels, seed);
  if (ood.oodDetector === undefined) {
    onMessage?.('info', `out-of-distribution detection is off: ${ood.reason}`);
  }
  return {
    ...calibrated,
    trained,
    head: finish(final),
    headBeforeRefit: finish(beforeRefit),
    shares: prevalence?.(final.shares) ?? final.shares,
    l2,
    augmentationEffect,
    heldOut,
    crossValidated: crossValidated && finishPredictions(crossValidated),
    operatingPoint,
    ood,
  };
}

function fitOod(pool: Pool, labels: readonly string[], seed: number): FittedOodDetector {
  const folds = innerFolds(pool, labels, seed);
  if (folds === undefined) return { oodDetector: undefined, reason: TOO_FEW };
  return fitOodDetector(pool.features, pool.targets, labels.length, folds);
}
