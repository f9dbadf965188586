// What the saved head adds to the fitted one, settled on held-out predictions: temperature, stated
// shares, a threshold, and the limits of what is familiar.

import { type FittedOodDetector, fitOodDetector } from '../head/fit-out-of-distribution.ts';
import { calibratedHead, type Head } from '../head/head.ts';
import { logPriorOffset, offsetProbabilities } from '../head/prior.ts';
import { applyTemperature } from '../metrics/temperature.ts';
import type { Manifest } from '../model/manifest.ts';
import { encodeOodDetector } from '../model/out-of-distribution-file.ts';
import { foldsOf, type HeldOut, TOO_FEW } from './held-out.ts';
import { allRows } from './l2-strength.ts';
import type { Fitted, Learned } from './learn.ts';
import { settleOperatingPoint, type ThresholdOptions } from './operating-point.ts';
import type { Pool } from './pool.ts';
import { type Reliability, settleCalibration } from './settle-calibration.ts';

export interface Settled {
  /** As it is saved. */
  readonly head: Head;
  /** The head before the refit, treated alike: what validation metrics are of. */
  readonly watched: Head;
  /** Shares of the labels that the probabilities hold at. */
  readonly shares: readonly number[];
  readonly calibration: Manifest['calibration'];
  /** Of the held-out predictions, cross-fitted; undefined where there are none. */
  readonly reliability: Reliability | undefined;
  readonly operatingPoint: Manifest['operating_point'];
  readonly oodDetector: FittedOodDetector;
  /** Held-out predictions at training shares to what the saved model says: `[n, labels]`. */
  finish(probabilities: Float64Array): Float64Array;
}

export type StatedShares = (trained: readonly number[]) => readonly number[];

export interface SettleOptions extends ThresholdOptions {
  readonly calibration: 'temperature' | 'none';
  readonly seed: number;
}

/** @param stated shares of labels where the model will be used; undefined: those of training */
export function settle(
  pool: Pool,
  labels: readonly string[],
  { final, watched }: Learned,
  heldOut: HeldOut | string,
  stated: StatedShares | undefined,
  options: SettleOptions,
): Settled {
  const { calibration, reliability } = settleCalibration(
    heldOut,
    labels.length,
    options.calibration,
  );
  const { temperature } = calibration;
  const finishHead = ({ head, shares }: Fitted) =>
    calibratedHead(head, temperature, offsetOf(shares, stated));
  const finish = (probabilities: Float64Array) =>
    offsetProbabilities(
      applyTemperature(probabilities, labels.length, temperature),
      offsetOf(final.shares, stated),
    );
  return {
    head: finishHead(final),
    watched: finishHead(watched),
    shares: stated?.(final.shares) ?? final.shares,
    calibration,
    reliability,
    operatingPoint: settleOperatingPoint(labels, heldOut, finish, options),
    oodDetector: settleOod(pool, labels, options.seed),
    finish,
  };
}

function offsetOf(trained: readonly number[], stated: StatedShares | undefined): Float64Array {
  return logPriorOffset(trained, stated?.(trained) ?? trained);
}

function settleOod(pool: Pool, labels: readonly string[], seed: number): FittedOodDetector {
  const folds = foldsOf(pool, allRows(pool), labels, seed);
  if (folds === undefined) return { oodDetector: undefined, reason: TOO_FEW };
  return fitOodDetector(pool.features, pool.targets, labels.length, folds);
}

/** As the manifest has it; null where unfamiliar images cannot be told. */
export function describeOod(
  { oodDetector: { oodDetector } }: Settled,
  images: number,
): Manifest['out_of_distribution'] {
  return oodDetector === undefined ? null : { images, threshold: oodDetector.threshold };
}

/** Content of out_of_distribution.bin: nothing where unfamiliar images cannot be told. */
export function encodeSettledOod({ oodDetector: { oodDetector } }: Settled): Uint8Array {
  return oodDetector === undefined ? new Uint8Array() : encodeOodDetector(oodDetector);
}
