// Of the graphs that users bring, every value has the shape and the type that are inferred; sizes that
// are worked out are those that ONNX Runtime computes.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import * as ort from 'onnxruntime-node';
import { batchFor } from '../../src/network/onnx/batch.ts';
import type { OnnxGraph, OnnxValueInfo } from '../../src/network/onnx/graph.ts';
import { product } from '../../src/network/onnx/operators/step.ts';
import { readOnnxModel } from '../../src/network/onnx/read.ts';
import { inferValues, multiplyAdds } from '../../src/network/onnx/shapes.ts';
import { encodeOnnxModel } from '../../src/network/onnx/write.ts';
import { assertNumbers } from '../helpers/run-operator.ts';
import { networkIn, noGraphs, sharedGraphs, unpackGraph } from '../helpers/shared-graphs.ts';

/** Outputs that are fetched at once. */
const PART = 300;

/** Millions, as their papers or timm's tables state them. */
const MULTIPLY_ADDS: Readonly<Record<string, number>> = {
  'torchvision-resnet18': 1814,
  'torchvision-densenet121': 2834,
  'timm-inception-v3': 5713,
  'timm-efficientnet-b0': 386,
  'timm-vit-tiny': 1254,
  'timm-swin-tiny': 4491,
};

function readGraph(file: string): OnnxGraph {
  const folder = path.dirname(file);
  return readOnnxModel(readFileSync(file), ({ location, offset, length }) =>
    readFileSync(path.join(folder, location)).subarray(offset, offset + length),
  );
}

test('the graphs are there', { skip: noGraphs }, () => {
  assert.equal(sharedGraphs().length, 14);
});

for (const file of sharedGraphs()) {
  test(`${file}: what is inferred of every value is what it is`, async (t) => {
    const graph = readGraph(networkIn(unpackGraph(t, file)));
    const [{ name: input, shape }] = graph.inputs;
    const count = shape[0] === 1 ? 1 : 2;
    const { values } = inferValues(graph, count);
    const names = graph.nodes.flatMap(({ outputs }) => outputs).filter((name) => name !== '');
    const outputs = names.map((name): OnnxValueInfo => {
      const { type = 'bool', shape: sizes = [] } = values.get(name) ?? {};
      return { name, type, shape: sizes.map((_, axis) => `${name}_${axis}`) };
    });
    // Written again, with its own operator set.
    const session = await ort.InferenceSession.create(encodeOnnxModel({ ...graph, outputs }), {
      logSeverityLevel: 4,
      graphOptimizationLevel: 'disabled',
    });
    t.after(() => session.release());
    const dims = [count, ...shape.slice(1).map(Number)];
    const data = Float32Array.from({ length: product(dims) }, (_, i) => ((i * 7919) % 251) / 128);
    const feeds = { [input]: new ort.Tensor('float32', data, dims) };
    for (let from = 0; from < names.length; from += PART) {
      const results = await session.run(feeds, names.slice(from, from + PART));
      for (const [name, found] of Object.entries(results)) {
        const value = values.get(name);
        assert.deepEqual(value?.shape, found.dims, name);
        assertNumbers(value, found, name);
      }
    }
    const { batch } = batchFor(graph);
    assert.ok(batch >= 1 && batch <= 16, `${batch}`);
    const expected = MULTIPLY_ADDS[file.replace('.onnx.gz', '')];
    if (expected === undefined) return;
    assert.equal(Math.round(multiplyAdds(graph) / 1e6), expected);
  });
}
