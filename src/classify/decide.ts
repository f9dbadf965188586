// What a model says of an image besides its scores: the decision, and whether it knows such images.

import type { Manifest } from '../model/manifest.ts';
import type { LabelScore } from './classifier.ts';

/** The label in question against the rest, at the model's threshold. */
export interface Decision {
  readonly positive: string;
  /** Positive from this score on, 0..1. */
  readonly threshold: number;
  /** Of the positive label, 0..1. */
  readonly score: number;
  readonly isPositive: boolean;
}

/** Undefined for a model without an operating point. */
export function decide(
  { operating_point: point }: Pick<Manifest, 'operating_point'>,
  scores: readonly LabelScore[],
): Decision | undefined {
  if (point === null) return undefined;
  const { positive, threshold } = point;
  const score = scores.find(({ label }) => label === positive)?.score ?? 0;
  return { positive, threshold, score, isPositive: score >= threshold };
}
