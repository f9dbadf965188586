// What is known of a value before a network runs, and what an operator is told of its node.

import { MalformedError } from '../../../base/protobuf-read.ts';
import type { OnnxAttribute, OnnxElementType } from '../graph.ts';

export type Shape = readonly number[];

/** Axes of a value. */
export const MAX_RANK = 8;
/** Numbers of a value that are worked out: sizes, axes, scales; no weights. */
export const MAX_KNOWN = 1024;

export interface Value {
  readonly type: OnnxElementType;
  readonly shape: Shape;
  /** Its elements, row-major, where they are known: at most `MAX_KNOWN`. */
  readonly numbers?: readonly number[] | undefined;
}

/** A node with everything that its output depends on. */
export interface Step {
  readonly op: string;
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
  /** Undefined: omitted. */
  readonly inputs: readonly (Value | undefined)[];
  /** How many outputs the node names. */
  readonly outputs: number;
}

export interface Operator {
  /** Inputs, at least and at most. */
  readonly inputs: readonly [number, number];
  /** Outputs, at most; default 1. */
  readonly outputs?: number;
  /** Names of allowed attributes, of all operator sets. */
  readonly attributes?: readonly string[];
  /** Outputs in their order; those that a node does not name are passed over. */
  infer(step: Step): Value | readonly Value[];
  /** Multiplications in all, where they are more than some per value of the first output, `out`. */
  cost?(step: Step, out: Value): number;
  /** Whether its cost is that of weights, which is what the size of a network is given by. */
  readonly weighs?: boolean;
}

/** Rows of the table of operators. */
export type Operators = Readonly<Record<string, Operator>>;

export function words(text: string): readonly string[] {
  return text.split(' ').filter((word) => word !== '');
}

/** Input `index`, which the operator cannot do without. @throws MalformedError */
export function input(step: Step, index: number): Value {
  const value = step.inputs[index];
  if (value === undefined) throw new MalformedError(`${step.op} without input ${index + 1}`);
  return value;
}

/** @throws MalformedError where they depend on the image, or are more than `most` */
export function known(step: Step, index: number, most = MAX_KNOWN): readonly number[] {
  const { numbers, shape } = input(step, index);
  if (product(shape) > most) {
    throw new MalformedError(`${step.op} with ${product(shape)} sizes, more than ${most}`);
  }
  if (numbers !== undefined) return numbers;
  throw new MalformedError(`${step.op} with sizes that are not constant`);
}

/** Numbers that older operator sets give as an attribute, newer ones as an input; undefined: in neither. */
export function listed(step: Step, name: string, index: number): readonly number[] | undefined {
  const attribute = ints(step, name) ?? floats(step, name);
  if (attribute !== undefined || step.inputs[index] === undefined) return attribute;
  return known(step, index, 2 * MAX_RANK);
}

export function int({ attributes }: Step, name: string, otherwise: number): number {
  const value = attributes[name];
  return value !== undefined && 'int' in value ? value.int : otherwise;
}

export function ints({ attributes }: Step, name: string): readonly number[] | undefined {
  const value = attributes[name];
  return value !== undefined && 'ints' in value ? value.ints : undefined;
}

function floats({ attributes }: Step, name: string): readonly number[] | undefined {
  const value = attributes[name];
  return value !== undefined && 'floats' in value ? value.floats : undefined;
}

export function float({ attributes }: Step, name: string): number | undefined {
  const value = attributes[name];
  return value !== undefined && 'float' in value ? value.float : undefined;
}

export function text({ attributes }: Step, name: string, otherwise: string): string {
  const value = attributes[name];
  return value !== undefined && 'string' in value ? value.string : otherwise;
}

export function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1);
}

/** From the first; a negative one counts from the end. */
export function axisOf(axis: number, rank: number, what = 'axis'): number {
  const from = axis < 0 ? axis + rank : axis;
  if (Number.isInteger(from) && from >= 0 && from < rank) return from;
  throw new MalformedError(`${what} ${axis} of ${rank}`);
}

/** Each once. */
export function axesOf(axes: readonly number[], rank: number): number[] {
  const found = axes.map((axis) => axisOf(axis, rank));
  if (new Set(found).size === found.length) return found;
  throw new MalformedError(`axes ${axes.join(' ')}, one of them twice`);
}

export function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  const sizeOf = (shape: Shape, axis: number) => shape[axis - rank + shape.length] ?? 1;
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = [sizeOf(a, axis), sizeOf(b, axis)];
    if (sizes[0] !== sizes[1] && !sizes.includes(1)) {
      throw new MalformedError(`incompatible shapes ${a.join('x')} and ${b.join('x')}`);
    }
    return sizes[0] === 1 ? sizes[1] : sizes[0];
  });
}

/** The same elements in another shape. */
export function reshaped({ type, shape, numbers }: Value, to: Shape): Value {
  if (product(to) === product(shape)) return { type, shape: to, numbers };
  throw new MalformedError(`a value of shape ${shape.join('x')} as ${to.join('x')}`);
}
