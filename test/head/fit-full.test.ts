import assert from 'node:assert/strict';
import test from 'node:test';
import { type Curvature, createFullStepper } from '../../src/head/fit-full.ts';
import { createNetwork } from '../../src/head/network.ts';
import { scoreExamples } from '../../src/head/predict.ts';
import { largestDifference, makeMatrix } from '../helpers/make-examples.ts';

const rows = {
  features: makeMatrix(80, 30, 5),
  targets: Uint16Array.from({ length: 80 }, (_, i) => i % 3),
};

/** Fits from where `network` stands. @returns number of steps, and what was learnt */
async function fit(network = createNetwork([30, 3]), l2 = 0.1, curvature?: Curvature) {
  const loss = { l2, labelSmoothing: 0, labelWeights: undefined };
  const options = { tolerance: 1e-9, arithmetic: 'typescript', curvature } as const;
  const stepper = await createFullStepper(network, rows, loss, options);
  let steps = 1;
  while (!(await stepper.step(steps))) steps++;
  return { network, steps, stepper, curvature: stepper.curvature };
}

test('when a fit begins with the curvature of another strength then it arrives sooner', async () => {
  const strong = await fit(undefined, 0.3);
  const start = () => {
    const network = createNetwork([30, 3]);
    network.parameters.set(strong.network.parameters);
    return network;
  };
  const blind = await fit(start(), 0.1);
  const knowing = await fit(start(), 0.1, strong.curvature);
  assert.ok(knowing.steps < blind.steps, `${knowing.steps}, ${blind.steps}`);
  const worst = largestDifference(knowing.network.parameters, blind.network.parameters);
  assert.ok(worst < 1e-3, `${worst}`);
});

test('when curvature is handed on then it says at which strength it was learnt', async () => {
  const { curvature } = await fit(undefined, 0.3);
  assert.equal(curvature.l2, 0.3);
  assert.ok(curvature.pairs.length > 0 && curvature.pairs.length <= 10);
});

test('when metrics are asked for then they are of all training rows', async () => {
  const { stepper, network } = await fit();
  assert.deepEqual(stepper.score(network), scoreExamples(network, rows));
});
