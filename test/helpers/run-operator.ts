// One operator on ONNX Runtime, the reference of what is inferred of its outputs.

import assert from 'node:assert/strict';
import * as ort from 'onnxruntime-node';
import {
  BYTES_EACH,
  bytesOf,
  floatTensor,
  int64Tensor,
  type OnnxAttribute,
  type OnnxElementType,
  type OnnxGraph,
  type OnnxTensor,
  type OnnxValueInfo,
} from '../../src/network/onnx/graph.ts';
import { numbersOf } from '../../src/network/onnx/operators/numbers.ts';
import { type Operators, product, type Value } from '../../src/network/onnx/operators/step.ts';
import { readOnnxModel } from '../../src/network/onnx/read.ts';
import { inferValues } from '../../src/network/onnx/shapes.ts';
import { encodeOnnxModel } from '../../src/network/onnx/write.ts';

/** Of a run: float32 of a shape, or another type; a constant; or null: omitted. */
export type CaseInput =
  | readonly number[]
  | { readonly type: OnnxElementType; readonly of: readonly number[] }
  | OnnxTensor
  | null;

export interface Case {
  readonly op: string;
  readonly inputs: readonly CaseInput[];
  /** Numbers stand for integers. */
  readonly attributes?: Readonly<
    Record<string, number | string | readonly number[] | OnnxAttribute>
  >;
  readonly opset?: number;
  readonly outputs?: number;
}

/** Constants for cases. */
export const ints = (...values: number[]) => int64Tensor('', values);
export const int = (value: number) => ({ ...int64Tensor('', [value]), shape: [] });
export const floats = (...values: number[]) => floatTensor('', [values.length], values);
export const float = (value: number) => floatTensor('', [], [value]);
export const bytes = (type: 'uint8' | 'int8' | 'bool', shape: readonly number[], fill = 1) => ({
  ...floatTensor('', shape, []),
  type,
  bytes: new Uint8Array(product(shape)).fill(fill),
});
export const bools = (...values: number[]) => ({
  ...bytes('bool', [values.length]),
  bytes: Uint8Array.from(values),
});
export const zero = (type: 'uint8' | 'int8' = 'uint8') => bytes(type, [], 0);

const INTS = /^(int|uint|bool)/;

/** Asserts that each case gives what is inferred, and that every operator of `table` has a case. */
export async function assertAsRun(table: Operators, cases: readonly Case[]): Promise<void> {
  for (const one of cases) await assertOne(one);
  const covered = new Set(cases.map(({ op }) => op));
  assert.deepEqual(
    Object.keys(table).filter((op) => !covered.has(op)),
    [],
  );
}

export function graphOf({ op, inputs, attributes = {}, opset = 17, outputs = 1 }: Case): OnnxGraph {
  const graph: OnnxGraph = {
    opset,
    inputs: [],
    outputs: [],
    initializers: [],
    nodes: [
      {
        op,
        inputs: inputs.map((one, index) => (one === null ? '' : `in${index}`)),
        outputs: Array.from({ length: outputs }, (_, index) => `out${index}`),
        attributes: Object.fromEntries(
          Object.entries(attributes).map(([name, value]) => [name, attributeOf(value)]),
        ),
      },
    ],
  };
  for (const [index, one] of inputs.entries()) {
    const name = `in${index}`;
    if (one === null) continue;
    if ('bytes' in one) graph.initializers.push({ ...one, name });
    else if ('of' in one) graph.inputs.push({ name, type: one.type, shape: one.of });
    else graph.inputs.push({ name, type: 'float32', shape: one });
  }
  return graph;
}

function attributeOf(value: number | string | readonly number[] | OnnxAttribute): OnnxAttribute {
  if (typeof value === 'number') return { int: value };
  if (typeof value === 'string') return { string: value };
  return Array.isArray(value) ? { ints: value } : (value as OnnxAttribute);
}

async function assertOne(one: Case): Promise<void> {
  const graph = graphOf(one);
  const what = `${one.op} ${JSON.stringify(one.attributes ?? {})} opset ${graph.opset} of ${graph.inputs.map(({ shape }) => shape.join('x')).join(', ')}`;
  const [{ outputs }] = graph.nodes;
  // As they will be read from a file.
  const { values } = inferValues(readOnnxModel(encodeOnnxModel(graph)), 1);
  const declared = outputs.map((name): OnnxValueInfo => {
    const { type, shape } = values.get(name) ?? { type: 'bool', shape: [] };
    return { name, type, shape: shape.map((_, axis) => `${name}_${axis}`) };
  });
  const found = await run({ ...graph, outputs: declared }, what);
  for (const name of outputs) {
    const value = values.get(name);
    assert.deepEqual(value?.shape, found[name].dims, `${what}: ${name}`);
    assertNumbers(value, found[name], what);
  }
}

/** Runs it as it stands; a wrong type of an output is an error of the runtime. */
export async function run(graph: OnnxGraph, what: string) {
  const session = await ort.InferenceSession.create(encodeOnnxModel(graph), {
    intraOpNumThreads: 1,
    logSeverityLevel: 4,
    graphOptimizationLevel: 'disabled',
  }).catch((error) => assert.fail(`${what}: ${error}`));
  try {
    const feeds = graph.inputs.map(({ name, type, shape }) => [name, feedOf(type, shape)] as const);
    return await session.run(Object.fromEntries(feeds));
  } catch (error) {
    assert.fail(`${what}: ${error}`);
  } finally {
    await session.release();
  }
}

function feedOf(type: OnnxElementType, shape: readonly (number | string)[]): ort.Tensor {
  const dims = shape.map(Number);
  const length = product(dims);
  if (type === 'int64') return new ort.Tensor('int64', new BigInt64Array(length), dims);
  if (type === 'int32') return new ort.Tensor('int32', new Int32Array(length), dims);
  if (INTS.test(type)) {
    const data = type === 'int8' ? new Int8Array(length) : new Uint8Array(length);
    return new ort.Tensor(type as 'uint8', data as Uint8Array, dims);
  }
  const data = Float32Array.from({ length }, (_, i) => ((i * 7) % 11) / 10 + 0.1);
  return new ort.Tensor('float32', data, dims);
}

/** What is known of a value is what the runtime gives, to its last digit. */
export function assertNumbers(value: Value | undefined, { data }: ort.Tensor, what: string): void {
  if (value?.numbers === undefined) return;
  const raw = data as Float32Array | BigInt64Array;
  const shape = [raw.length];
  assert.equal(raw.byteLength, raw.length * BYTES_EACH[value.type], what);
  const { type } = value;
  const expected = numbersOf({ name: '', type, shape, bytes: bytesOf(raw) });
  assert.deepEqual([...value.numbers], expected, what);
}
