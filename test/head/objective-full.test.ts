// ONNX Runtime and plain TypeScript agree; without the runtime, `auto` goes on silently.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Loss } from '../../src/head/objective.ts';
import { type Arithmetic, openObjective } from '../../src/head/objective-full.ts';
import {
  largestDifference,
  makeMatrix,
  makeNetwork,
  makeTargets,
} from '../helpers/make-examples.ts';

const LOSS: Loss = { l2: 0.1, labelSmoothing: 0.1, labelWeights: undefined };

async function evaluate(sizes: number[], rows: number, loss: Loss, arithmetic: Arithmetic) {
  const { parameters } = makeNetwork(sizes, 1, 0.1);
  const examples = {
    features: makeMatrix(rows, sizes[0], 2),
    targets: makeTargets(rows, sizes[sizes.length - 1]),
  };
  const objective = await openObjective(examples, sizes, loss, arithmetic);
  const gradient = new Float64Array(parameters.length).fill(99);
  const value = await objective(parameters, gradient);
  return { value, gradient, again: () => objective(parameters, gradient) };
}

test('when ONNX Runtime computes the products then loss and gradient are nearly the same', async () => {
  const weighted = { ...LOSS, l2: 0, labelWeights: Float64Array.of(0.5, 2, 1) };
  for (const [sizes, rows, loss] of [
    [[256, 2], 300, LOSS],
    [[1280, 5], 501, LOSS],
    [[31, 3], 7, weighted],
    [[64, 10, 3], 130, weighted],
  ] as const) {
    const plain = await evaluate([...sizes], rows, loss, 'typescript');
    const onnx = await evaluate([...sizes], rows, loss, 'onnx');
    const name = `${rows} x ${sizes}`;
    assert.ok(Math.abs(onnx.value / plain.value - 1) < 1e-5, `${name}: ${onnx.value}`);
    const largest = plain.gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const worst = largestDifference(onnx.gradient, plain.gradient) / largest;
    assert.ok(worst < 1e-5, `${name}: ${worst}`);
  }
});

test('when the same point is evaluated again then the result is the same', async () => {
  for (const arithmetic of ['typescript', 'onnx'] as const) {
    const { value, gradient, again } = await evaluate([20, 6, 3], 50, LOSS, arithmetic);
    const before = gradient.slice();
    assert.equal(await again(), value);
    assert.deepEqual(gradient, before);
  }
});

test('when the problem is small then auto computes in float64', async () => {
  const auto = await evaluate([30, 3], 50, LOSS, 'auto');
  const plain = await evaluate([30, 3], 50, LOSS, 'typescript');
  assert.equal(auto.value, plain.value);
  assert.deepEqual(auto.gradient, plain.gradient);
});

/** Evaluates in a process where onnxruntime-node cannot be loaded. */
function withoutOnnx(arithmetic: Arithmetic): string {
  const module = new URL('../../src/head/objective-full.ts', import.meta.url);
  const script = `
    const { openObjective } = await import(${JSON.stringify(module.href)});
    const features = { rows: 1000, columns: 1000, data: new Float32Array(1e6).fill(0.5) };
    const loss = { l2: 0, labelSmoothing: 0, labelWeights: undefined };
    const examples = { features, targets: new Uint16Array(1000) };
    try {
      const objective = await openObjective(examples, [1000, 2], loss, ${JSON.stringify(arithmetic)});
      console.log(await objective(new Float64Array(2002), new Float64Array(2002)));
    } catch (error) {
      console.log(error.code);
    }`;
  const preload = new URL('../helpers/without-onnx.mjs', import.meta.url).href;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--import', preload, '--input-type=module', '--eval', script],
    {
      cwd: path.dirname(fileURLToPath(import.meta.url)),
      env: { ...process.env, ONNX_FAILS: 'ERR_DLOPEN_FAILED' },
      encoding: 'utf8',
    },
  );
  assert.equal(stderr, '');
  return stdout.trim();
}

test('when ONNX Runtime cannot be loaded then auto goes on without a word', () => {
  assert.ok(Math.abs(Number(withoutOnnx('auto')) - Math.log(2)) < 1e-12);
});

test('when ONNX Runtime is asked for and cannot be loaded then that is an error', () => {
  assert.equal(withoutOnnx('onnx'), 'engine_missing');
});
