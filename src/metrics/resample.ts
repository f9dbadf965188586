// Metrics without a closed-form interval: computed on the images and on bootstrap draws of them.

import { createBreather } from '../base/breathe.ts';
import { sumOf } from '../base/matrix.ts';
import { createRandom } from '../base/random.ts';
import { DRAWS, drawWeights, percentileInterval, type Strata } from './bootstrap.ts';
import { countLabels, type LabelCounts, topLabels } from './confusion.ts';
import type { Estimate, Interval } from './estimate.ts';
import { fewUnitsNote, type GroupIndex } from './groups.ts';
import {
  calibrationGaps,
  type ImageLosses,
  type ScoredSet,
  scoreImages,
} from './probability-scores.ts';
import { areasUnder, type Ranking, rankImagesPerLabel } from './ranking.ts';

/** What is the same in every draw: sorted once, so that a draw takes time linear in the images. */
export interface PreparedScores {
  readonly targets: ArrayLike<number>;
  /** `[n]`, most probable labels. */
  readonly predicted: Uint32Array;
  readonly scores: ImageLosses;
  /** One for each label. */
  readonly rankings: readonly Ranking[];
}

/** The images, each weighted by how often a draw holds it. */
export interface Draw {
  readonly weights: Float64Array;
  readonly counts: LabelCounts;
  /** `[labels]` each, see `Areas`. */
  readonly areas: { readonly roc: Float64Array; readonly pr: Float64Array };
  readonly scores: ImageLosses;
  /** One per confidence bin: see `calibrationGaps`. */
  readonly gaps: Float64Array;
}

export interface Statistic {
  /** NaN where it is undefined. */
  readonly of: (draw: Draw) => number;
  /**
   * For a metric that noise inflates: its value from the noise of a draw alone. Percentile intervals
   * do not work for it: a calibration error of 0 would never lie within them.
   */
  readonly noise?: ((draw: Draw, split: Draw) => number) | undefined;
  /** Why there is no value. */
  readonly reason: string;
  /** Number of independent images or groups it is based on; over labels: of the rarest label. */
  readonly units: number;
  /** Which ones these are: ` of brokenleg`. Default: of the metric's own label or split. */
  readonly whose?: string | undefined;
  /** The interval where all draws give the same value and are uninformative; never empty. */
  readonly withoutSpread: (value: number) => Interval;
}

export function prepare({ probabilities, targets }: ScoredSet, labelCount: number): PreparedScores {
  return {
    targets,
    predicted: topLabels(probabilities, targets.length, labelCount),
    scores: scoreImages(probabilities, targets, labelCount),
    rankings: rankImagesPerLabel(probabilities, targets, labelCount),
  };
}

/** @param weights `[n]`, how often each image counts */
export function weigh(prepared: PreparedScores, weights: Float64Array): Draw {
  const { targets, predicted, rankings, scores } = prepared;
  const images = sumOf(weights);
  const [roc, pr] = [0, 1].map(() => new Float64Array(rankings.length));
  for (const [k, ranking] of rankings.entries()) {
    const areas = areasUnder(ranking, weights, images);
    roc[k] = areas.roc;
    pr[k] = areas.pr;
  }
  return {
    weights,
    counts: countLabels(targets, predicted, rankings.length, weights),
    areas: { roc, pr },
    scores,
    gaps: calibrationGaps(scores, weights),
  };
}

/** Estimates of all statistics from the same draws. @throws the reason of `signal` once it is aborted */
export async function resample(
  prepared: PreparedScores,
  statistics: readonly Statistic[],
  strata: Strata,
  groups: GroupIndex | null,
  seed: number,
  { draws = DRAWS, signal }: { draws?: number; signal?: AbortSignal | undefined } = {},
): Promise<Estimate[]> {
  const images = prepared.targets.length;
  const once = weigh(prepared, new Float64Array(images).fill(1));
  const found = statistics.map(() => new Float64Array(draws));
  const noise = statistics.map((one) => new Float64Array(one.noise === undefined ? 0 : draws));
  const random = createRandom(seed, 'bootstrap');
  const weights = new Float64Array(images);
  const breathe = createBreather(signal);
  for (let turn = 0; turn < draws; turn++) {
    await breathe();
    drawWeights(strata, random, weights);
    const draw = weigh(prepared, weights);
    for (const [at, statistic] of statistics.entries()) {
      found[at][turn] = statistic.of(draw);
      if (statistic.noise !== undefined) noise[at][turn] = statistic.noise(draw, once);
    }
  }
  return statistics.map((statistic, at) => {
    const value = statistic.of(once);
    if (Number.isNaN(value)) return { value: null, interval: null, note: statistic.reason };
    const interval = intervalOf(statistic, value, found[at], noise[at]);
    return { value, interval, ...fewUnitsNote(statistic.units, groups, statistic.whose) };
  });
}

function intervalOf(
  statistic: Statistic,
  value: number,
  found: Float64Array,
  noise: Float64Array,
): Interval {
  const [low, high] = percentileInterval(found);
  // Equal values may differ by rounding; NaN where no draw has a value.
  if (!(high - low > 1e-9)) return including(value, statistic.withoutSpread(value));
  if (statistic.noise === undefined) return including(value, [low, high]);
  // Reflected about the value, which removes the bias; from 0 where noise alone could explain it.
  const isNoise = value <= percentileInterval(noise)[1];
  return including(value, [isNoise ? 0 : Math.max(0, 2 * value - high), 2 * value - low]);
}

/** Makes sure that the interval contains its value, despite the bias of repeated images and rounding. */
function including(value: number, [low, high]: Interval): Interval {
  return [Math.min(value, low), Math.max(value, high)];
}
