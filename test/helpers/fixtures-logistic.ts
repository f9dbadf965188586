// A plain logistic regression that shares no code with the product: measures the fixtures.

import type { Random } from '../../src/base/random.ts';

/** One image as numbers, and whether it is of class 1. */
export interface Example {
  readonly row: Float64Array;
  readonly label: number;
}

/** Full-batch steps; the accuracies measured here do not depend on it from 200 on. */
const STEPS = 300;
const L2 = 0.01;
const SMALLEST_DEVIATION = 1e-6;

function createStandardiser(examples: readonly Example[], size: number) {
  const mean = new Float64Array(size);
  const variance = new Float64Array(size);
  for (const { row } of examples) {
    for (let j = 0; j < size; j++) mean[j] += row[j] / examples.length;
  }
  for (const { row } of examples) {
    for (let j = 0; j < size; j++) variance[j] += (row[j] - mean[j]) ** 2 / examples.length;
  }
  return (row: Float64Array) =>
    row.map((value, j) => (value - mean[j]) / Math.max(Math.sqrt(variance[j]), SMALLEST_DEVIATION));
}

/** @returns the score of class 1 for a row, in 0..1 */
export function fitLogistic(examples: readonly Example[]): (row: Float64Array) => number {
  const size = examples[0].row.length;
  const standardise = createStandardiser(examples, size);
  const weights = new Float64Array(size);
  let bias = 0;
  const score = (row: Float64Array) => {
    let logit = bias;
    for (let j = 0; j < size; j++) logit += weights[j] * row[j];
    return 1 / (1 + Math.exp(-logit));
  };
  const standardised = examples.map(({ row, label }) => ({ row: standardise(row), label }));
  // The loss curves by at most size / 4 along any direction, so this step cannot diverge.
  const rate = 4 / size;
  for (let step = 0; step < STEPS; step++) {
    const gradient = weights.map((weight) => L2 * weight);
    let biasGradient = 0;
    for (const { row, label } of standardised) {
      const error = (score(row) - label) / standardised.length;
      biasGradient += error;
      for (let j = 0; j < size; j++) gradient[j] += error * row[j];
    }
    for (let j = 0; j < size; j++) weights[j] -= rate * gradient[j];
    bias -= rate * biasGradient;
  }
  return (row) => score(standardise(row));
}

/** Share of examples put in the right class by heads that did not see them; stratified folds. */
export function crossValidate(examples: readonly Example[], folds: number, random: Random): number {
  const parts: Example[][] = Array.from({ length: folds }, () => []);
  for (const label of [0, 1]) {
    const members = random.shuffle(examples.filter((example) => example.label === label));
    for (const [place, example] of members.entries()) parts[place % folds].push(example);
  }
  let right = 0;
  for (const part of parts) {
    const score = fitLogistic(parts.filter((other) => other !== part).flat());
    right += part.filter(({ row, label }) => score(row) > 0.5 === (label === 1)).length;
  }
  return right / examples.length;
}
