// Minimises a smooth function of many variables by limited-memory BFGS: Nocedal & Wright,
// Numerical Optimization (2nd ed. 2006), algorithms 7.4 and 7.5.

import { dot } from '../base/matrix.ts';
import { add, type Evaluate, searchLine } from './lbfgs-line.ts';

export interface LbfgsTolerances {
  /** Converged when no entry of the gradient is larger. */
  readonly gradient: number;
  /** Converged at this relative decrease of the value, twice in a row. */
  readonly decrease: number;
}

export interface Lbfgs {
  /** Current value, or NaN before the first step. */
  readonly value: number;
  /** True when a tolerance is met, or when no step decreases the value any more. */
  readonly converged: boolean;
  /** Known curvature pairs, oldest first. */
  readonly pairs: readonly Pair[];
  /** One iteration, which moves `at`; does nothing once converged. */
  step(): Promise<void>;
}

/** Steps remembered: 3 to 20 are usual (Nocedal & Wright, section 7.2). */
const MEMORY = 10;
/** Pairs with curvature below this share of their lengths would distort the scale: dropped. */
const LEAST_CURVATURE = 1e-10;
const FLAT_STEPS = 2;

/**
 * @param at where to start; each step changes it in place
 * @param known pairs of a function with similar curvature: they save the first, blind steps
 */
export function createLbfgs(
  evaluate: Evaluate,
  at: Float64Array,
  tolerances: LbfgsTolerances,
  known: readonly Pair[] = [],
): Lbfgs {
  const gradient = new Float64Array(at.length);
  const direction = new Float64Array(at.length);
  let pairs = known;
  let flat = 0;
  const state = { value: Number.NaN, converged: false };

  async function step(): Promise<void> {
    if (state.converged) return;
    if (Number.isNaN(state.value)) state.value = await evaluate(at, gradient);
    if (largest(gradient) <= tolerances.gradient) {
      state.converged = true;
      return;
    }
    descend(direction, gradient, pairs);
    // With unknown curvature, a step of length 1 or less.
    const first = pairs.length > 0 ? 1 : Math.min(1, 1 / Math.sqrt(dot(gradient, gradient)));
    const found = await searchLine(evaluate, at, state.value, gradient, direction, first);
    if (!found) {
      // Tries steepest descent before giving up.
      if (pairs.length === 0) state.converged = true;
      pairs = [];
      return;
    }
    const pair = remember(at, gradient, found.at, found.gradient);
    if (pair) pairs = [...pairs.slice(-(MEMORY - 1)), pair];
    const decrease = state.value - found.value;
    at.set(found.at);
    gradient.set(found.gradient);
    state.value = found.value;
    flat = decrease <= tolerances.decrease * Math.abs(found.value) ? flat + 1 : 0;
    state.converged = flat >= FLAT_STEPS || largest(gradient) <= tolerances.gradient;
  }
  return {
    get value() {
      return state.value;
    },
    get converged() {
      return state.converged;
    },
    get pairs() {
      return pairs;
    },
    step,
  };
}

/** A step `s`, the change `y` of the gradient along it, and `1 / (s y)`, which is above 0. */
export interface Pair {
  readonly s: Float64Array;
  readonly y: Float64Array;
  readonly rho: number;
}

function remember(
  from: Float64Array,
  gradientThere: Float64Array,
  to: Float64Array,
  gradientHere: Float64Array,
): Pair | undefined {
  const s = to.slice();
  add(s, from, -1);
  const y = gradientHere.slice();
  add(y, gradientThere, -1);
  return pairOf(s, y);
}

/** @returns undefined where the curvature along the step is almost zero or negative */
export function pairOf(s: Float64Array, y: Float64Array): Pair | undefined {
  const curvature = dot(s, y);
  if (!(curvature > LEAST_CURVATURE * Math.sqrt(dot(s, s) * dot(y, y)))) return undefined;
  return { s, y, rho: 1 / curvature };
}

/** The two-loop recursion (algorithm 7.4): `direction = -H gradient`. */
function descend(direction: Float64Array, gradient: Float64Array, pairs: readonly Pair[]): void {
  direction.set(gradient);
  const shares = new Float64Array(pairs.length);
  for (let i = pairs.length - 1; i >= 0; i--) {
    const { s, y, rho } = pairs[i];
    shares[i] = rho * dot(s, direction);
    add(direction, y, -shares[i]);
  }
  if (pairs.length > 0) {
    const { y, rho } = pairs[pairs.length - 1];
    const scale = 1 / (rho * dot(y, y));
    for (let i = 0; i < direction.length; i++) direction[i] *= scale;
  }
  for (const [i, { s, y, rho }] of pairs.entries()) {
    add(direction, s, shares[i] - rho * dot(y, direction));
  }
  for (let i = 0; i < direction.length; i++) direction[i] = -direction[i];
}

function largest(values: Float64Array): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]));
  return most;
}
