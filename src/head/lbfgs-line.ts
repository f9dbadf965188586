// Line search: a bracketing search for the Wolfe conditions.

import { dot } from '../base/matrix.ts';

/** Value at `at`; the gradient there is written to `gradient`. */
export type Evaluate = (at: Float64Array, gradient: Float64Array) => Promise<number>;

export interface Point {
  readonly at: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
}

/** Sufficient decrease and curvature: Nocedal & Wright (2006), section 3.1. */
const DECREASE = 1e-4;
const CURVATURE = 0.9;
/** Increases below this share of the value are rounding of float32 products. */
const ROUNDING = 1e-9;
/** A new trial stays this share of the bracket away from its ends. */
const MARGIN = 0.1;
const MAX_TRIALS = 25;

/**
 * Lewis & Overton (2013), https://doi.org/10.1007/s10107-012-0514-2: doubles until a step is too
 * long, then narrows the bracket, here with cubic interpolation (Nocedal & Wright, 3.59) instead
 * of halving. Its points satisfy the weak Wolfe conditions, which is what L-BFGS needs.
 * @param first length of the first trial, in lengths of `direction`
 * @returns undefined when no trial makes the value smaller
 */
export async function searchLine(
  evaluate: Evaluate,
  from: Float64Array,
  value: number,
  gradient: Float64Array,
  direction: Float64Array,
  first: number,
): Promise<Point | undefined> {
  const slope = dot(gradient, direction);
  if (!(slope < 0)) return undefined;
  let low: Trial = { t: 0, value, slope };
  let high: Trial | undefined;
  let best: Point | undefined;
  let t = first;
  for (let trials = 0; trials < MAX_TRIALS; trials++) {
    const point = from.slice();
    add(point, direction, t);
    const there = new Float64Array(from.length);
    const found = await evaluate(point, there);
    const trial = { t, value: found, slope: dot(there, direction) };
    if (found < (best?.value ?? value)) best = { at: point, value: found, gradient: there };
    if (!(found <= value + DECREASE * t * slope + ROUNDING * Math.abs(value))) high = trial;
    else if (trial.slope < CURVATURE * slope) low = trial;
    else return { at: point, value: found, gradient: there };
    t = high ? between(low, high) : 2 * t;
  }
  return best;
}

interface Trial {
  readonly t: number;
  readonly value: number;
  readonly slope: number;
}

/** Minimum of the cubic through both ends, or the middle where it has no useful minimum. */
function between(low: Trial, high: Trial): number {
  const width = high.t - low.t;
  const d1 = low.slope + high.slope - (3 * (high.value - low.value)) / width;
  const d2 = Math.sqrt(d1 * d1 - low.slope * high.slope);
  const t = high.t - (width * (high.slope + d2 - d1)) / (high.slope - low.slope + 2 * d2);
  if (!Number.isFinite(t)) return low.t + width / 2;
  return Math.min(Math.max(t, low.t + MARGIN * width), high.t - MARGIN * width);
}

/** `to += times * what` */
export function add(to: Float64Array, what: Float64Array, times: number): void {
  for (let i = 0; i < to.length; i++) to[i] += times * what[i];
}
