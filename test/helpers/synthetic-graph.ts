// Small TensorFlow.js graph models made in a test, and both runtimes' answers to them.

import assert from 'node:assert/strict';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import * as ort from 'onnxruntime-node';
import { createRandom } from '../../src/base/random.ts';
import { importNodes } from '../../src/extractor/import/graph.ts';
import { createGraphBuilder, product } from '../../src/extractor/import/values.ts';
import type { OnnxGraph } from '../../src/network/onnx/graph.ts';
import { readOnnxModel } from '../../src/network/onnx/read.ts';
import { inferValues } from '../../src/network/onnx/shapes.ts';
import { encodeOnnxModel } from '../../src/network/onnx/write.ts';
import { parseTfjsGraph, type TfjsFiles } from '../../src/network/tfjs/graph.ts';
import { startTfjs } from '../../src/network/tfjs/session.ts';

export interface SyntheticNode {
  name: string;
  op: string;
  input?: string[];
  attr?: Record<string, unknown>;
}

export interface SyntheticWeight {
  shape: number[];
  data: number[];
  dtype?: 'float32' | 'int32';
}

const base64 = (value: string) => Buffer.from(value).toString('base64');

// Attributes as a converted model.json writes them.
export const text = (value: string) => ({ s: base64(value) });
export const texts = (...values: string[]) => ({ list: { s: values.map(base64) } });
export const integer = (value: number) => ({ i: String(value) });
export const integers = (...values: number[]) => ({ list: { i: values.map(String) } });
export const float = (value: number) => ({ f: value });
export const flag = (value: boolean) => ({ b: value });

/** The attributes of a convolution; TensorFlow.js fails without dilations. */
export const slide = (padding: string, stride = 1, dilation = 1) => ({
  padding: text(padding),
  strides: integers(1, stride, stride, 1),
  dilations: integers(1, dilation, dilation, 1),
  data_format: text('NHWC'),
});

/** Seeded weights in -1..1. */
export function randomWeight(shape: number[], seed = 1): SyntheticWeight {
  const random = createRandom(seed, `weight ${shape.join('x')}`);
  const data = Array.from({ length: product(shape) }, () => 2 * random.uniform() - 1);
  return { shape, data };
}

export const int32 = (...data: number[]): SyntheticWeight => ({
  shape: [data.length],
  data,
  dtype: 'int32',
});

/** The files of a model whose one Placeholder is `x`; every weight becomes a Const of its name. */
export function syntheticFiles(
  nodes: SyntheticNode[],
  weights: Record<string, SyntheticWeight> = {},
  inputShape: number[] = [-1, -1, -1, 3],
): TfjsFiles {
  const dim = inputShape.map((size) => ({ size: String(size) }));
  const placeholder = { name: 'x', op: 'Placeholder', attr: { shape: { shape: { dim } } } };
  const constants = Object.entries(weights).map(([name, { dtype = 'float32' }]) => ({
    name,
    op: 'Const',
    attr: { dtype: { type: dtype === 'int32' ? 'DT_INT32' : 'DT_FLOAT' } },
  }));
  const model = {
    format: 'graph-model',
    modelTopology: { node: [placeholder, ...constants, ...nodes], versions: {} },
    weightsManifest: [
      {
        paths: ['weights.bin'],
        weights: Object.entries(weights).map(([name, { shape, dtype = 'float32' }]) => ({
          name,
          shape,
          dtype,
        })),
      },
    ],
  };
  const bytes = Object.values(weights).map(({ data, dtype }) =>
    Buffer.from((dtype === 'int32' ? Int32Array.from(data) : Float32Array.from(data)).buffer),
  );
  return { topology: Buffer.from(JSON.stringify(model)), shards: [Buffer.concat(bytes)] };
}

interface Answer {
  shape: number[];
  data: Float32Array;
}

/** Runs node `out` on TensorFlow.js. @param shape of the input, `[n, h, w, c]` */
export async function runOnTfjs(
  files: TfjsFiles,
  shape: number[],
  data: Float32Array,
): Promise<Answer> {
  const { tf } = await startTfjs();
  const json = JSON.parse(Buffer.from(files.topology).toString());
  const shards = files.shards.map((bytes) => Uint8Array.from(bytes).buffer);
  const load = () =>
    tf.io.getModelArtifactsForJSON(json, async (manifest) => [
      tf.io.getWeightSpecs(manifest),
      shards,
    ]);
  const model = await loadGraphModel({ load });
  const result = tf.tidy(() => model.execute(tf.tensor(data, shape), 'out'));
  assert.ok(!Array.isArray(result));
  const answer = { shape: result.shape, data: Float32Array.from(await result.data()) };
  result.dispose();
  model.dispose();
  return answer;
}

/** Imports node `out` of the model; the graph takes float32 `x` `[n, h, w, c]`. */
export function importSynthetic(files: TfjsFiles, shape: number[]): OnnxGraph {
  const [, ...sizes] = shape;
  const x = { name: 'x', type: 'float32', shape: ['n', ...sizes] } as const;
  const graph: OnnxGraph = { inputs: [x], outputs: [], nodes: [], initializers: [] };
  const builder = createGraphBuilder(graph);
  const image = {
    kind: 'tensor',
    name: 'x',
    shape: [null, ...sizes],
    layout: 'plain',
  } as const;
  const out = importNodes(parseTfjsGraph(files), 'out', image, builder).get('out');
  assert.ok(out?.kind === 'tensor');
  const plain = builder.toPlain(out);
  graph.outputs.push({
    name: plain.name,
    type: 'float32',
    shape: plain.shape.map((size) => size ?? 'n'),
  });
  return graph;
}

/** Runs node `out`, imported, on ONNX Runtime. */
export async function runOnOnnx(
  files: TfjsFiles,
  shape: number[],
  data: Float32Array,
): Promise<Answer> {
  const graph = importSynthetic(files, shape);
  const bytes = encodeOnnxModel(graph);
  const { values } = inferValues(readOnnxModel(bytes), shape[0]);
  const session = await ort.InferenceSession.create(bytes, {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const results = await session.run({ x: new ort.Tensor('float32', data, shape) });
  const result = results[graph.outputs[0].name];
  const answer = { shape: [...result.dims], data: Float32Array.from(result.data as Float32Array) };
  // Whatever is imported must pass the look that is taken at a stranger's model.
  assert.deepEqual(values.get(graph.outputs[0].name)?.shape, answer.shape);
  await session.release();
  return answer;
}

/** Asserts that both runtimes give the same shape and, to `tolerance`, the same numbers. */
export async function assertSameOnBoth(
  files: TfjsFiles,
  shape: number[] = [2, 7, 9, 3],
  tolerance = 1e-5,
): Promise<void> {
  const random = createRandom(7, 'input');
  const data = Float32Array.from({ length: product(shape) }, () => 8 * random.uniform() - 4);
  const expected = await runOnTfjs(files, shape, data);
  const found = await runOnOnnx(files, shape, data);
  assert.deepEqual(found.shape, expected.shape);
  const worst = found.data.reduce((m, v, i) => Math.max(m, Math.abs(v - expected.data[i])), 0);
  assert.ok(worst <= tolerance, `largest difference ${worst}`);
}
