// Steps over all rows at once: L-BFGS.

import { createLbfgs, type Pair, pairOf } from './lbfgs.ts';
import { type Examples, type Network, sizesOf } from './network.ts';
import type { Loss } from './objective.ts';
import { type Arithmetic, openObjective } from './objective-full.ts';
import { type Score, scoreExamples } from './predict.ts';

/**
 * What a fit has learnt about how its loss curves. A fit of the same rows at another strength that
 * begins with it needs a quarter fewer passes over the rows.
 */
export interface Curvature {
  /** Strength at which it was learnt. */
  readonly l2: number;
  readonly pairs: readonly Pair[];
}

/** What a way of training offers to the loop around it. */
export interface Stepper {
  /** Number `index` from 0; changes the network in place. @returns true when there is no more to do */
  step(index: number): boolean | Promise<boolean>;
  /** Metrics of `network`, as it is or moved to other shares, on the rows of the last step. */
  score(network: Network): Score;
  /** Of lbfgs: what it has learnt so far. */
  readonly curvature?: Curvature;
}

export interface FullOptions {
  /** Relative decrease of the loss, twice in a row, at which it has arrived. */
  readonly tolerance: number;
  readonly arithmetic: Arithmetic | undefined;
  readonly curvature: Curvature | undefined;
}

export interface FullStepper extends Stepper {
  readonly curvature: Curvature;
}

/** Largest entry of the gradient at which the search is over. */
const GRADIENT_TOLERANCE = 1e-7;

/** @param network each step changes it in place */
export async function createFullStepper(
  network: Network,
  training: Examples,
  loss: Loss,
  { tolerance, arithmetic, curvature }: FullOptions,
): Promise<FullStepper> {
  const objective = await openObjective(training, sizesOf(network), loss, arithmetic);
  const tolerances = { decrease: tolerance, gradient: GRADIENT_TOLERANCE };
  const known = curvature ? curvatureAt(loss.l2, curvature, network) : [];
  const search = createLbfgs(objective, network.parameters, tolerances, known);
  return {
    async step() {
      await search.step();
      return search.converged;
    },
    score: (moved) => scoreExamples(moved, training) ?? { accuracy: 0, crossEntropy: 0 },
    get curvature() {
      return { l2: loss.l2, pairs: search.pairs };
    },
  };
}

/** Another penalty changes the gradient by its share of the step, in the weights only. */
function curvatureAt(l2: number, { l2: before, pairs }: Curvature, network: Network): Pair[] {
  return pairs.flatMap(({ s, y }) => {
    const change = y.slice();
    let at = 0;
    for (const { weights, bias } of network.layers) {
      for (const end = at + weights.length; at < end; at++) change[at] += (l2 - before) * s[at];
      at += bias.length;
    }
    return pairOf(s, change) ?? [];
  });
}
