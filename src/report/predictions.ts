// Predictions as text, JSON and CSV.

import { scoreText } from '../base/score-text.ts';
import type { LabelScore } from '../classify/classifier.ts';
import type { Prediction } from '../classify/classify.ts';
import type { Decision } from '../classify/decide.ts';

/** Decimals of a printed score, as in label_image.py. */
const SCORE_DIGITS = 5;

/** `brokenleg (score = 0.91144)`, one line per label, best first. */
export function scoreLines(scores: readonly LabelScore[], topK?: number): string[] {
  return scores
    .slice(0, topK)
    .map(({ label, score }) => `${label} (score = ${scoreText(score, SCORE_DIGITS)})`);
}

/**
 * `{file, label, score, scores, decision, out_of_distribution}`, or `{file, error: {code, message}}`; `topK`
 * cuts `scores` only; `decision` and `out_of_distribution` are present where the model supports them.
 */
export function predictionToJson(prediction: Prediction, topK?: number): object {
  const { file } = prediction;
  if (prediction.error) {
    const { code, message } = prediction.error;
    return { file, error: { code, message } };
  }
  const [best] = prediction.scores;
  const { decision, outOfDistribution } = prediction;
  return {
    file,
    label: best.label,
    score: best.score,
    scores: prediction.scores.slice(0, topK),
    ...(decision && {
      decision: {
        positive: decision.positive,
        threshold: decision.threshold,
        is_positive: decision.isPositive,
      },
    }),
    ...(outOfDistribution !== undefined && { out_of_distribution: outOfDistribution }),
  };
}

/** `brokenleg: yes (score 0.91144, threshold 0.35)` */
export function decisionLine({ positive, threshold, score, isPositive }: Decision): string {
  const found = isPositive ? 'yes' : 'no';
  return `${positive}: ${found} (score ${scoreText(score, SCORE_DIGITS)}, threshold ${threshold})`;
}

/** `file,label,score,score:<label>...,decision,out_of_distribution,error`; labels in the model's order. */
export function csvColumns(labels: readonly string[]): string[] {
  const scores = labels.map((label) => `score:${label}`);
  return ['file', 'label', 'score', ...scores, 'decision', 'out_of_distribution', 'error'];
}

export function csvCells(prediction: Prediction, labels: readonly string[]): string[] {
  if (prediction.error) {
    const empty = labels.map(() => '');
    return [prediction.file, '', '', ...empty, '', '', prediction.error.message];
  }
  const scoreOf = new Map(prediction.scores.map(({ label, score }) => [label, score]));
  const [best] = prediction.scores;
  const number = (score: number | undefined) => scoreText(score ?? Number.NaN, SCORE_DIGITS + 3);
  return [
    prediction.file,
    best.label,
    number(best.score),
    ...labels.map((label) => number(scoreOf.get(label))),
    decisionWord(prediction.decision),
    prediction.outOfDistribution === undefined ? '' : String(prediction.outOfDistribution),
    '',
  ];
}

/** `brokenleg` or `not brokenleg`; empty for a model without a threshold. */
function decisionWord(decision: Decision | undefined): string {
  if (decision === undefined) return '';
  return decision.isPositive ? decision.positive : `not ${decision.positive}`;
}
