// An ONNX graph in memory: what is read can be changed and written again.

import { halvesOf } from '../../base/half.ts';
import type { ELEMENT_TYPES } from './constants.ts';

export type OnnxElementType = keyof typeof ELEMENT_TYPES;

export const BYTES_EACH: Readonly<Record<OnnxElementType, number>> = {
  float32: 4,
  uint8: 1,
  int8: 1,
  int32: 4,
  int64: 8,
  bool: 1,
  float16: 2,
  double: 8,
};

/** A constant; `bytes` are row-major, little-endian, as long as type and shape say. */
export interface OnnxTensor {
  readonly name: string;
  readonly type: OnnxElementType;
  readonly shape: readonly number[];
  /** Of a graph that was read: a view of the file. */
  readonly bytes: Uint8Array;
}

/** Subgraphs are not among them. */
export type OnnxAttribute =
  | { readonly float: number }
  | { readonly int: number }
  | { readonly string: string }
  | { readonly tensor: OnnxTensor }
  | { readonly floats: readonly number[] }
  | { readonly ints: readonly number[] }
  | { readonly strings: readonly string[] };

export interface OnnxNode {
  readonly op: string;
  /** An empty name is an omitted optional input. */
  inputs: readonly string[];
  outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

/** An input or output of the graph; a named dimension is variable. */
export interface OnnxValueInfo {
  readonly name: string;
  readonly type: OnnxElementType;
  readonly shape: readonly (number | string)[];
}

/** A network: other modules push nodes, initializers and outputs onto it. */
export interface OnnxGraph {
  /** Operator set that its nodes are written for; default: ours. */
  readonly opset?: number | undefined;
  readonly inputs: OnnxValueInfo[];
  readonly outputs: OnnxValueInfo[];
  /** Ordered so that each node comes after its inputs. */
  readonly nodes: OnnxNode[];
  readonly initializers: OnnxTensor[];
}

export function floatTensor(
  name: string,
  shape: readonly number[],
  data: ArrayLike<number>,
): OnnxTensor {
  const floats = data instanceof Float32Array ? data : Float32Array.from(data);
  return { name, type: 'float32', shape, bytes: bytesOf(floats) };
}

/** @param data values that a float16 holds */
export function halfTensor(
  name: string,
  shape: readonly number[],
  data: ArrayLike<number>,
): OnnxTensor {
  return { name, type: 'float16', shape, bytes: bytesOf(halvesOf(data)) };
}

/** A vector of int64: shapes, axes, paddings. */
export function int64Tensor(name: string, values: readonly number[]): OnnxTensor {
  const bytes = bytesOf(BigInt64Array.from(values, BigInt));
  return { name, type: 'int64', shape: [values.length], bytes };
}

/** Little-endian, like every platform of ONNX Runtime for Node.js. */
export function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
