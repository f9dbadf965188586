// The decision for an image: its score against the model's threshold.

import type { Manifest } from '../model/manifest.ts';
import type { LabelScore } from './classifier.ts';

/** The positive label against the rest, at the model's threshold. */
export interface Decision {
  readonly positive: string;
  /** Positive at this score or above, 0..1. */
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
