// Full-batch steps: L-BFGS.

import { createLbfgs, type Pair, pairOf } from './lbfgs.ts';
import { type Examples, type Network, sizesOf } from './network.ts';
import type { Loss } from './objective.ts';
import { type Arithmetic, openObjective } from './objective-full.ts';
import { type Score, scoreExamples } from './predict.ts';

/**
 * What a fit has learnt about the curvature of its loss. A fit of the same rows at another L2
 * strength that starts with it needs a quarter fewer passes over the rows.
 */
export interface Curvature {
  /** L2 strength at which it was learnt. */
  readonly l2: number;
  readonly pairs: readonly Pair[];
}

/** Interface of an optimizer for the training loop. */
export interface Stepper {
  /** Number `index` from 0; changes the network in place. @returns true when converged */
  step(index: number): boolean | Promise<boolean>;
  /** Metrics of `network`, with or without corrected priors, on the rows of the last step. */
  score(network: Network): Score;
  /** lbfgs: curvature learnt so far. */
  readonly curvature?: Curvature;
}

export interface FullOptions {
  /** Converged at this relative decrease of the loss, twice in a row. */
  readonly tolerance: number;
  readonly arithmetic: Arithmetic | undefined;
  readonly curvature: Curvature | undefined;
}

export interface FullStepper extends Stepper {
  readonly curvature: Curvature;
}

/** Converged when no entry of the gradient is larger. */
const GRADIENT_TOLERANCE = 1e-7;

/** @param network changed in place by each step */
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
    score: (moved) => scoreExamples(moved, training) ?? { accuracy: 0, logLoss: 0 },
    get curvature() {
      return { l2: loss.l2, pairs: search.pairs };
    },
  };
}

/** Another L2 strength changes the gradient in proportion to the step, for weights only. */
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
