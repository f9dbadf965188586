// A node as an operator's importer sees it: inputs and attributes, each checked, refused by name.

import { UnfitError } from '../../base/errors.ts';
import { elementsOf } from '../../network/tensorflow/tensor.ts';
import type { TfjsNode } from '../../network/tfjs/graph.ts';
import type { ConstantValue, GraphBuilder, TensorValue, Value } from './values.ts';

/** Turns one node into ONNX nodes and returns the value of its output. */
export type ImportOperator = (node: ImportedNode, builder: GraphBuilder) => Value;

export interface ImportedNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly Value[];
  /** Input `index` as a value computed at run time. @throws UnfitError for anything else */
  tensor(index: number): TensorValue;
  /** Input `index` as a float32 weight. @throws UnfitError for anything else */
  constant(index: number): ConstantValue;
  /** Input `index` as integers known at import: axes, paddings. @throws UnfitError otherwise */
  integers(index: number): readonly number[];
  attribute: AttributeReader;
  /** The error that says why this node cannot be imported. */
  refuse(reason: string): UnfitError;
}

export interface AttributeReader {
  flag(name: string): boolean;
  float(name: string, otherwise: number): number;
  integer(name: string, otherwise: number): number;
  integers(name: string): readonly number[];
  text(name: string, otherwise: string): string;
  texts(name: string): readonly string[];
  /** What values of a type are at import. */
  elements(name: string): ConstantValue['dtype'] | undefined;
}

export function createImportedNode(node: TfjsNode, inputs: readonly Value[]): ImportedNode {
  const refuse = (reason: string) => refusal(node, reason);
  const get = (name: string) => node.attributes.get(name);
  const input = (index: number) => {
    if (index >= 0 && index < inputs.length) return inputs[index];
    throw refuse(`it has too few inputs (${inputs.length})`);
  };
  return {
    name: node.name,
    op: node.op,
    inputs,
    refuse,
    tensor(index) {
      const value = input(index);
      if (value.kind === 'tensor') return value;
      throw refuse(`input ${index + 1} is a constant, where a computed value is expected`);
    },
    constant(index) {
      const value = input(index);
      if (value.kind === 'constant' && value.dtype === 'float32') return value;
      throw refuse(`input ${index + 1} is not a constant of float32`);
    },
    integers(index) {
      const value = input(index);
      if (value.kind === 'constant' && value.dtype === 'int32') return Array.from(value.data);
      if (value.kind === 'sizes') {
        const known = value.sizes.filter((size) => size !== null);
        if (known.length === value.sizes.length) return known;
      }
      throw refuse(`input ${index + 1} is not known before the network runs`);
    },
    attribute: {
      flag: (name) => get(name)?.flag ?? false,
      float: (name, otherwise) => get(name)?.float ?? otherwise,
      integer: (name, otherwise) => get(name)?.integer ?? otherwise,
      integers: (name) => get(name)?.integers ?? [],
      text: (name, otherwise) => get(name)?.text ?? otherwise,
      texts: (name) => get(name)?.texts ?? [],
      elements: (name) => elementsOf(get(name)?.type),
    },
  };
}

/** The error for a node that cannot be imported. */
export function refusal(node: { name: string; op: string }, reason: string): UnfitError {
  return new UnfitError(
    `expected a network that can be imported, but ${node.op} at ${node.name}: ${reason}`,
    {
      hint: 'use another feature extractor (--engine tfjs makes no difference)',
      code: 'operator_unsupported',
    },
  );
}

/** Axes with negative ones counted from the end, sorted. */
export function normaliseAxes(axes: readonly number[], rank: number): number[] {
  return axes.map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b);
}
