import assert from 'node:assert/strict';
import test from 'node:test';
import { createRandom } from '../../src/base/random.ts';
import {
  activationMap,
  type FeatureMap,
  meanOverPositions,
} from '../../src/head/activation-map.ts';
import type { Head } from '../../src/head/head.ts';

/** A head with random weights. @param sizes features, hidden units if any, labels */
function makeHead(...sizes: number[]): Head {
  const random = createRandom(1, 'head');
  const numbers = (length: number) => Float32Array.from({ length }, () => random.normal());
  const layers = sizes.slice(1).map((outputs, l) => ({
    inputs: sizes[l],
    outputs,
    weights: numbers(sizes[l] * outputs),
    bias: numbers(outputs),
    activation: l === sizes.length - 2 ? ('linear' as const) : ('relu' as const),
  }));
  return { layers, temperature: 1 };
}

function makeMap(channels: number, height: number, width: number): FeatureMap {
  const random = createRandom(2, 'map');
  const data = Float32Array.from({ length: channels * height * width }, () => 6 * random.uniform());
  return { channels, height, width, data };
}

/** The label's logit less the mean of all, straight from the definition. */
function centredLogit({ layers }: Head, features: ArrayLike<number>, label: number): number {
  let values = Array.from(features);
  for (const { outputs, weights, bias, activation } of layers) {
    values = Array.from({ length: outputs }, (_, k) => {
      const sum = values.reduce((s, value, j) => s + value * weights[j * outputs + k], bias[k]);
      return activation === 'relu' ? Math.max(sum, 0) : sum;
    });
  }
  return values[label] - values.reduce((s, value) => s + value, 0) / values.length;
}

const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

test('by hand: two channels, a map of 1 x 2, two labels', () => {
  const layer = {
    inputs: 2,
    outputs: 2,
    weights: Float32Array.of(1, 3, 0, -2),
    bias: Float32Array.of(0.5, 1.5),
    activation: 'linear',
  } as const;
  const map = { channels: 2, height: 1, width: 2, data: Float32Array.of(1, 2, 10, 20) };
  // Centred weights of label 0: (1 - 3) / 2 = -1 and (0 + 2) / 2 = 1; bias (0.5 - 1.5) / 2.
  const { height, width, values, bias, approximate } = activationMap({ layers: [layer] }, map, 0);
  assert.deepEqual({ height, width, approximate }, { height: 1, width: 2, approximate: false });
  assert.deepEqual([...values], [-1 + 10, -2 + 20]);
  assert.equal(bias, -0.5);
});

for (const sizes of [
  [6, 2],
  [6, 5],
  [6, 8, 3],
]) {
  test(`the mean of the map and the bias are the centred logit, to 1e-9 (${sizes.join('-')})`, () => {
    const head = makeHead(...sizes);
    const map = makeMap(6, 3, 4);
    const features = meanOverPositions(map);
    for (let label = 0; label < sizes[sizes.length - 1]; label++) {
      const { values, bias, approximate } = activationMap(head, map, label);
      const expected = centredLogit(head, features, label);
      assert.ok(Math.abs(mean(values) + bias - expected) < 1e-9);
      assert.equal(approximate, sizes.length > 2);
    }
  });
}

test('maps of all labels add up to nothing, whatever shifts all logits alike', () => {
  const head = makeHead(6, 3);
  const map = makeMap(6, 2, 2);
  const maps = [0, 1, 2].map((label) => activationMap(head, map, label));
  for (let at = 0; at < 4; at++) {
    assert.ok(Math.abs(maps.reduce((sum, { values }) => sum + values[at], 0)) < 1e-9);
  }
  const [layer] = head.layers;
  const weights = layer.weights.map((weight, at) => weight + Math.floor(at / 3));
  const shifted = activationMap({ layers: [{ ...layer, weights }] }, map, 1);
  for (const [at, value] of shifted.values.entries()) {
    // The shifted weights are float32 of up to 7: rounding is about 6e-7 of each of six terms.
    assert.ok(Math.abs(value - maps[1].values[at]) < 1e-4);
  }
});

test('with hidden units the map is that of the gradient, as finite differences tell', () => {
  const head = makeHead(6, 8, 3);
  const map = makeMap(6, 1, 1);
  const step = 1e-5;
  const gradient = Array.from(map.data, (_, c) => {
    const moved = (by: number) =>
      Array.from(map.data, (value, i) => (i === c ? value + by : value));
    return (centredLogit(head, moved(step), 2) - centredLogit(head, moved(-step), 2)) / (2 * step);
  });
  const expected = gradient.reduce((sum, slope, c) => sum + slope * map.data[c], 0);
  assert.ok(Math.abs(activationMap(head, map, 2).values[0] - expected) < 1e-6);
});
