// Mini-batch steps: plain gradient descent, and Adam.

import { createRandom } from '../base/random.ts';
import type { Stepper } from './fit-full.ts';
import { createBlockPass } from './layers.ts';
import { createNetwork, type Examples, labelCountOf, type Network, sizesOf } from './network.ts';
import { evaluateRows, type Loss } from './objective.ts';
import { predictRows, scoreProbabilities } from './predict.ts';

export interface BatchOptimizer {
  readonly kind: 'sgd' | 'adam';
  /** Number of steps, and length of the cosine schedule. */
  readonly steps: number;
  /** Rows per step; all rows if there are fewer. */
  readonly batchSize: number;
  readonly learningRate: number;
  /** `cosine`: falls from the rate to 0 over the steps (https://arxiv.org/abs/1608.03983). */
  readonly schedule: 'constant' | 'cosine';
}

/** Rows in a seeded random order, each once per epoch. */
export function createBatchStepper(
  network: Network,
  { features, targets }: Examples,
  loss: Loss,
  optimizer: BatchOptimizer,
  seed: number,
): Stepper {
  const size = Math.min(optimizer.batchSize, features.rows);
  const rows = new Uint32Array(size);
  const wanted = new Uint16Array(size);
  const gradient = createNetwork(sizesOf(network));
  const pass = createBlockPass(network, size);
  const nextRow = endlessShuffle(features.rows, seed);
  const update = optimizer.kind === 'adam' ? createAdam(network.parameters.length) : descend;
  return {
    step(index) {
      for (let i = 0; i < size; i++) {
        rows[i] = nextRow();
        wanted[i] = targets[rows[i]];
      }
      evaluateRows(gradient, network, loss, features, rows, wanted, pass);
      update(network.parameters, gradient.parameters, rateAt(index, optimizer));
      return false;
    },
    score(moved) {
      const probabilities = predictRows(moved, features, rows, pass);
      return scoreProbabilities(probabilities, wanted, labelCountOf(moved));
    },
  };
}

type Update = (values: Float64Array, gradient: Float64Array, rate: number) => void;

function rateAt(step: number, { learningRate, schedule, steps }: BatchOptimizer): number {
  if (schedule === 'constant') return learningRate;
  return (learningRate / 2) * (1 + Math.cos((Math.PI * step) / steps));
}

function descend(values: Float64Array, gradient: Float64Array, rate: number): void {
  for (let i = 0; i < values.length; i++) values[i] -= rate * gradient[i];
}

/** Adam with the constants of its authors: Kingma & Ba 2015, https://arxiv.org/abs/1412.6980. */
function createAdam(length: number): Update {
  const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8];
  const mean = new Float64Array(length);
  const square = new Float64Array(length);
  let steps = 0;
  return (values, gradient, rate) => {
    steps++;
    const scale = Math.sqrt(1 - beta2 ** steps);
    const length = (rate * scale) / (1 - beta1 ** steps);
    for (let i = 0; i < values.length; i++) {
      mean[i] += (1 - beta1) * (gradient[i] - mean[i]);
      square[i] += (1 - beta2) * (gradient[i] * gradient[i] - square[i]);
      values[i] -= (length * mean[i]) / (Math.sqrt(square[i]) + epsilon * scale);
    }
  };
}

function endlessShuffle(count: number, seed: number): () => number {
  const random = createRandom(seed, 'batches');
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  let at = count;
  return () => {
    if (at === count) {
      random.shuffle(order);
      at = 0;
    }
    return order[at++];
  };
}
