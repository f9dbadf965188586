// Temperature scaling: chooses the number that the saved head divides its logits by.

import { percentText } from '../metrics/format.ts';
import type { ReliabilityBin } from '../metrics/probability-scores.ts';
import { reliabilityBins, scoreImages } from '../metrics/probability-scores.ts';
import { calibrate } from '../metrics/temperature.ts';
import type { Manifest } from '../model/manifest.ts';
import type { HeldOut } from './held-out.ts';

/** How often held-out predictions are correct at each confidence. */
export interface Reliability {
  readonly before: readonly ReliabilityBin[];
  /** Cross-fitted: each prediction scaled by a temperature fitted on the other folds. */
  readonly after: readonly ReliabilityBin[];
}

export interface ChosenCalibration {
  readonly calibration: Manifest['calibration'];
  readonly reliability: Reliability | undefined;
}

/** @param method `--calibration` */
export async function chooseCalibration(
  heldOut: HeldOut | string,
  labels: number,
  method: 'temperature' | 'none',
  signal?: AbortSignal,
): Promise<ChosenCalibration> {
  if (method === 'none') return uncalibrated('turned off by --calibration none');
  if (typeof heldOut === 'string') return uncalibrated(heldOut);
  const { of, probabilities, targets, folds } = heldOut;
  const found = await calibrate(probabilities, targets, labels, folds, signal);
  return {
    calibration: {
      method: 'temperature',
      temperature: found.temperature,
      fitted_on: of,
      images: targets.length,
      reason: found.reason === undefined ? null : `${found.reason} of ${of} (N=${targets.length})`,
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

/** A line for the log, the report and the model card. */
export function describeCalibration(calibration: Manifest['calibration']): string {
  const { temperature, reason, fitted_on: of, images, before, after } = calibration;
  const losses =
    before && after
      ? `; log loss ${before.log_loss.toFixed(4)} without, ${after.log_loss.toFixed(4)} with it; calibration error ${percentText(before.ece)} without, ${percentText(after.ece)} with it`
      : '';
  return reason === null
    ? `temperature ${temperature.toFixed(3)}, fitted on ${of} (N=${images})${losses}`
    : `temperature scaling not applied: ${reason}${losses}`;
}
