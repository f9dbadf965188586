// `--positive`: chooses the threshold on one label's score, on held-out predictions.

import { InputError, UsageError } from '../base/errors.ts';
import { indexOfName } from '../base/names.ts';
import type { ScoredSet } from '../metrics/probability-scores.ts';
import { chooseThreshold, type ThresholdRule } from '../metrics/threshold.ts';
import { ratesAtThreshold, type ThresholdRates } from '../metrics/threshold-rates.ts';
import type { Manifest } from '../model/manifest.ts';
import type { HeldOut } from './held-out.ts';

/** Options of the threshold, named as on the command line; targets above 0 and below 1. */
export interface ThresholdOptions {
  readonly positive: string | undefined;
  readonly target_sensitivity: number | undefined;
  readonly target_specificity: number | undefined;
}

export type OperatingPoint = NonNullable<Manifest['operating_point']>;

/** Predictions and, where groups are known, the group of each image. */
export interface ScoredGroups extends ScoredSet {
  readonly groups: readonly number[] | undefined;
}

/**
 * @returns the label of the data that `--positive` names
 * @throws UsageError for a label that the data does not have
 */
export function positiveLabel(positive: string, labels: readonly string[]): string {
  const index = indexOfName(labels, positive);
  if (index !== -1) return labels[index];
  throw new UsageError(`expected --positive to be one of ${labels.join(', ')}, found ${positive}`, {
    hint: `e.g. --positive ${labels[0]}`,
  });
}

/**
 * @param heldOut with the probabilities that the saved model would predict
 * @throws InputError without held-out images, with fewer than 20 positives, or for a target that no threshold reaches
 */
export function chooseOperatingPoint(
  labels: readonly string[],
  heldOut: HeldOut | string,
  options: ThresholdOptions,
): OperatingPoint | null {
  const { positive } = options;
  if (positive === undefined) return null;
  if (typeof heldOut === 'string') {
    throw new InputError(`expected held-out images to choose a threshold on: ${heldOut}`, {
      hint: 'leave out --positive, or train without --init_from on more images',
    });
  }
  const { targets, probabilities } = heldOut;
  const label = labels.indexOf(positive);
  const rule = ruleOf(options);
  const chosen = chooseThreshold(
    Array.from(targets, (_, row) => probabilities[row * labels.length + label]),
    (row) => targets[row] === label,
    rule,
    positive,
  );
  return {
    positive,
    threshold: chosen.threshold,
    rule: rule.kind,
    target: rule.kind === 'youden' ? null : rule.target,
    chosen_on: heldOut.of,
    images: targets.length,
    positives: targets.filter((target) => target === label).length,
    sensitivity: chosen.sensitivity,
    specificity: chosen.specificity,
  };
}

/** Rates at the threshold; null without images. */
export function thresholdRates(
  { positive, threshold }: OperatingPoint,
  labels: readonly string[],
  { probabilities, targets, groups }: ScoredGroups,
): ThresholdRates | null {
  if (targets.length === 0) return null;
  const label = labels.indexOf(positive);
  const scores = Array.from(targets, (_, row) => probabilities[row * labels.length + label]);
  const isPositive = (row: number) => targets[row] === label;
  return ratesAtThreshold(scores, isPositive, threshold, positive, groups);
}

function ruleOf(options: ThresholdOptions): ThresholdRule {
  const { target_sensitivity: sensitivity, target_specificity: specificity } = options;
  if (sensitivity !== undefined) return { kind: 'sensitivity', target: sensitivity };
  if (specificity !== undefined) return { kind: 'specificity', target: specificity };
  return { kind: 'youden' };
}

/** A line for the log. */
export function describeOperatingPoint(point: OperatingPoint): string {
  return `threshold for ${point.positive}: ${point.threshold}, ${describeChoice(point)}`;
}

/** How a threshold was chosen, with its rates on the images it was chosen on. */
export function describeChoice(point: OperatingPoint): string {
  const { positive, rule, target, chosen_on: on, images, positives } = point;
  const aim = rule === 'youden' ? "by Youden's index" : `for a ${rule} of at least ${target}`;
  return `chosen ${aim} on ${on} (N=${images}, ${positives} ${positive}): sensitivity ${point.sensitivity.toFixed(3)}, specificity ${point.specificity.toFixed(3)}`;
}
