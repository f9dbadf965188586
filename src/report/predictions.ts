// Predictions as text, JSON and CSV.

import type { LabelScore } from '../classify/classifier.ts';
import type { Prediction } from '../classify/classify.ts';

/** Digits after the point of a printed score, as label_image.py prints them. */
const SCORE_DIGITS = 5;

/** `brokenleg (score = 0.91144)`, a line per label, best first. */
export function scoreLines(scores: readonly LabelScore[], topK: number): string[] {
  return scores
    .slice(0, topK)
    .map(({ label, score }) => `${label} (score = ${score.toFixed(SCORE_DIGITS)})`);
}

/** `{file, label, score, scores}`, or `{file, error: {code, message}}`; `topK` cuts `scores` only. */
export function predictionToJson(prediction: Prediction, topK: number): object {
  const { file } = prediction;
  if ('error' in prediction) {
    const { code, message } = prediction.error;
    return { file, error: { code, message } };
  }
  const [best] = prediction.scores;
  return { file, label: best.label, score: best.score, scores: prediction.scores.slice(0, topK) };
}

/** `file,label,score,score:<label>...,error`; labels in the model's order. */
export function csvHeader(labels: readonly string[]): string[] {
  return ['file', 'label', 'score', ...labels.map((label) => `score:${label}`), 'error'];
}

export function csvRow(prediction: Prediction, labels: readonly string[]): string[] {
  if ('error' in prediction) {
    return [prediction.file, '', '', ...labels.map(() => ''), prediction.error.message];
  }
  const scoreOf = new Map(prediction.scores.map(({ label, score }) => [label, score]));
  const [best] = prediction.scores;
  const number = (score: number | undefined) => (score ?? Number.NaN).toFixed(SCORE_DIGITS + 3);
  return [
    prediction.file,
    best.label,
    number(best.score),
    ...labels.map((label) => number(scoreOf.get(label))),
    '',
  ];
}
