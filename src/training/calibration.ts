// Temperature scaling on held-out predictions: what the saved head divides its logits by, and why.

import { percentText } from '../metrics/format.ts';
import type { ReliabilityBin } from '../metrics/probability-scores.ts';
import { reliabilityBins, scoreImages } from '../metrics/probability-scores.ts';
import { calibrate } from '../metrics/temperature.ts';
import type { Manifest } from '../model/manifest.ts';
import type { HeldOut } from './held-out.ts';

/** How often the held-out predictions were right at each confidence. */
export interface Reliability {
  readonly before: readonly ReliabilityBin[];
  /** Cross-fitted: each prediction by the temperature of the other folds. */
  readonly after: readonly ReliabilityBin[];
}

export interface ChosenCalibration {
  readonly calibration: Manifest['calibration'];
  readonly reliability: Reliability | undefined;
}

/** @param method `--calibration` */
export function chooseCalibration(
  heldOut: HeldOut | string,
  labels: number,
  method: 'temperature' | 'none',
): ChosenCalibration {
  if (method === 'none') return uncalibrated('switched off by --calibration none');
  if (typeof heldOut === 'string') return uncalibrated(heldOut);
  const { of, probabilities, targets, folds } = heldOut;
  const found = calibrate(probabilities, targets, labels, folds);
  return {
    calibration: {
      method: 'temperature',
      temperature: found.temperature,
      fitted_on: of,
      images: targets.length,
      reason: found.reason ?? null,
      before: found.before,
      after: found.after,
    },
    reliability: {
      before: reliabilityBins(scoreImages(probabilities, targets, labels)),
      after: reliabilityBins(scoreImages(found.crossFitted, targets, labels)),
    },
  };
}

function uncalibrated(reason: string): ChosenCalibration {
  return {
    calibration: {
      method: 'none',
      temperature: 1,
      fitted_on: null,
      images: 0,
      reason,
      before: null,
      after: null,
    },
    reliability: undefined,
  };
}

/** A line for the log and the report. */
export function describeCalibration(calibration: Manifest['calibration']): string {
  const { temperature, reason, fitted_on: of, images, before, after } = calibration;
  if (before === null || after === null) return `temperature 1: ${reason}`;
  const on = `${of} (N=${images}, cross-fitted)`;
  const losses = `log loss ${before.log_loss.toFixed(4)} before, ${after.log_loss.toFixed(4)} after; calibration error ${percentText(before.ece)} before, ${percentText(after.ece)} after`;
  return reason === null
    ? `temperature ${temperature.toFixed(3)}, fitted on ${on}: ${losses}`
    : `temperature 1: on ${on}, a fitted one does not lower the log loss: ${losses}`;
}
