// The operating point: the score of the positive label at which an image counts as positive.

import { InputError } from '../base/errors.ts';
import { rankImages, runsOf } from './ranking.ts';

/** Targets are 0..1. */
export type ThresholdRule =
  | { readonly kind: 'sensitivity'; readonly target: number }
  | { readonly kind: 'specificity'; readonly target: number }
  | { readonly kind: 'youden' };

export interface ChosenThreshold {
  /** Scores at or above it are positive; strictly between two scores, so no score equals it. */
  readonly threshold: number;
  /** On the images it was chosen on, 0..1. */
  readonly sensitivity: number;
  readonly specificity: number;
}

/** With fewer, a sensitivity of 0.95 depends on a single image. */
export const FEWEST_POSITIVES = 20;

/**
 * Sensitivity: the highest threshold that reaches the target; specificity: the lowest; Youden: the
 * largest sensitivity + specificity, with ties going to the more sensitive. Thresholds lie midway
 * between neighbouring scores; each must have at least one true positive and one true negative.
 * @param scores `[n]`, of the positive label, 0..1; compared as float32, as the saved model gives them
 * @param label the positive label, for messages
 * @throws InputError for too few positives, no negatives, or a target that no threshold reaches
 */
export function chooseThreshold(
  scores: ArrayLike<number>,
  isPositive: (image: number) => boolean,
  rule: ThresholdRule,
  label: string,
): ChosenThreshold {
  const candidates = candidatesOf(scores, isPositive, label);
  const chosen = pickCandidate(candidates, rule);
  if (chosen !== undefined) return chosen;
  if (rule.kind === 'youden' || candidates.length === 0) {
    throw new InputError(
      `expected scores that separate ${label} from the other labels, found no threshold with both a true positive and a true negative`,
      { hint: 'see the ROC AUC of this label; add images, or check its labels with imgdiag check' },
    );
  }
  const target = candidates.reduce((most, one) => Math.max(most, one[rule.kind]), 0);
  const nearest = pickCandidate(candidates, { ...rule, target }) as ChosenThreshold;
  const other = rule.kind === 'sensitivity' ? 'specificity' : 'sensitivity';
  const reached = floorTo(nearest[rule.kind]);
  throw new InputError(
    `expected a threshold for ${label} with a ${rule.kind} of at least ${rule.target}, found at most ${reached} (at a ${other} of ${nearest[other].toFixed(2)})`,
    { hint: `use --target_${rule.kind} ${reached} or less, or add images` },
  );
}

/** By falling threshold. */
function candidatesOf(
  scores: ArrayLike<number>,
  isPositive: (image: number) => boolean,
  label: string,
): ChosenThreshold[] {
  const scoreOf = (image: number) => Math.fround(scores[image]);
  const ranking = rankImages(scores.length, scoreOf, isPositive);
  const runs = runsOf(ranking);
  const positives = runs.reduce((sum, run) => sum + run.cases, 0);
  const negatives = scores.length - positives;
  if (positives < FEWEST_POSITIVES || negatives < 1) {
    throw new InputError(
      `expected at least ${FEWEST_POSITIVES} images of ${label} and 1 of another label to choose a threshold on, found ${positives} and ${negatives}`,
      {
        tooFew: label,
        hint: 'add images, or leave out --positive: the most probable label is then predicted',
      },
    );
  }
  let found = 0;
  return runs.slice(0, -1).flatMap((run) => {
    found += run.cases;
    const trueNegatives = negatives - (run.last + 1 - found);
    if (found === 0 || trueNegatives === 0) return [];
    return {
      threshold: between(scoreOf(ranking.order[run.last + 1]), scoreOf(ranking.order[run.last])),
      sensitivity: found / positives,
      specificity: trueNegatives / negatives,
    };
  });
}

/** Among thresholds that meet the rule, the one with the best other rate. */
function pickCandidate(
  candidates: readonly ChosenThreshold[],
  rule: ThresholdRule,
): ChosenThreshold | undefined {
  if (rule.kind === 'sensitivity') return candidates.find((c) => c.sensitivity >= rule.target);
  if (rule.kind === 'specificity') return candidates.findLast((c) => c.specificity >= rule.target);
  const worth = (c: ChosenThreshold) => c.sensitivity + c.specificity;
  // By rising sensitivity, so of ties the later is the more sensitive; 1e-12 allows for rounding.
  return candidates.reduce<ChosenThreshold | undefined>(
    (best, c) => (best === undefined || worth(c) >= worth(best) - 1e-12 ? c : best),
    undefined,
  );
}

/** Midway, rounded to six digits where that still lies strictly between. */
function between(low: number, high: number): number {
  const middle = (low + high) / 2;
  const rounded = Number(middle.toPrecision(6));
  return low < rounded && rounded < high ? rounded : middle;
}

/** Rounded down to three decimals, so that it can be reached. */
function floorTo(rate: number): number {
  return Math.floor(rate * 1000 + 1e-9) / 1000;
}
