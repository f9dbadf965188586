// The shape of every value of a network read by read.ts, and its cost: refused when out of bounds.

import { MalformedError } from '../../base/protobuf-read.ts';
import type { OnnxGraph, OnnxNode, OnnxTensor } from './graph.ts';
import { MAX_RANK, OPERATORS, type Operator, product, type Shape, type Step } from './operators.ts';

/** Values of one tensor: Inception V3 at 512 pixels has 65 million in a batch of 16. */
const MAX_VALUES = 2 ** 27;
/** Of one image: ten times that of Inception V3 at 299 pixels. */
const MAX_COST = 6e10;
/** Multiplications that take as long as writing a value does. */
const COST_OF_VALUE = 16;

/**
 * @param batch size of the first axis of every input, where it is named
 * @param maxCost multiplications in all
 * @returns shapes by value name
 * @throws MalformedError for an unknown operator, sizes out of bounds, or inconsistent shapes
 */
export function inferShapes(
  graph: OnnxGraph,
  batch: number,
  maxCost = MAX_COST,
): ReadonlyMap<string, Shape> {
  const shapes = new Map<string, Shape>();
  const constants = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]));
  for (const { name, shape } of graph.initializers) shapes.set(name, shape);
  for (const { name, shape } of graph.inputs) {
    define(
      shapes,
      name,
      shape.map((size) => (typeof size === 'number' ? size : batch)),
    );
  }
  let total = 0;
  for (const node of graph.nodes) {
    const operator = OPERATORS.get(node.op);
    if (operator === undefined) throw new MalformedError(`operator ${node.op}`);
    const step = stepOf(node, operator, shapes, constants);
    const shape = operator.shape(step);
    define(shapes, node.outputs[0], shape);
    total += product(shape) * Math.max(operator.cost?.(step) ?? 1, COST_OF_VALUE);
    if (!(total <= maxCost)) throw new MalformedError('more computation than any extractor needs');
  }
  return shapes;
}

function stepOf(
  node: OnnxNode,
  { inputs: [least, most], attributes = [] }: Operator,
  shapes: ReadonlyMap<string, Shape>,
  constants: ReadonlyMap<string, OnnxTensor>,
): Step {
  const count = node.inputs.length;
  if (count < least || count > most || node.outputs.length !== 1) {
    throw new MalformedError(`${node.op} with ${count} inputs and ${node.outputs.length} outputs`);
  }
  const strange = Object.keys(node.attributes ?? {}).find((name) => !attributes.includes(name));
  if (strange !== undefined) throw new MalformedError(`${node.op} with attribute ${strange}`);
  return {
    node,
    shapes: node.inputs.map((name) => {
      const shape = shapes.get(name);
      if (shape === undefined) throw new MalformedError(`${node.op} before its input ${name}`);
      return shape;
    }),
    constant(index, most) {
      const tensor = constants.get(node.inputs[index]);
      if (tensor?.type !== 'int64')
        throw new MalformedError(`${node.op} with sizes that are not constant`);
      const { buffer, byteOffset, byteLength } = tensor.bytes;
      if (byteLength > 8 * most)
        throw new MalformedError(`${node.op} with ${byteLength / 8} sizes, more than ${most}`);
      const view = new DataView(buffer, byteOffset, byteLength);
      return Array.from({ length: byteLength / 8 }, (_, i) =>
        Number(view.getBigInt64(8 * i, true)),
      );
    },
  };
}

function define(shapes: Map<string, Shape>, name: string, shape: Shape): void {
  if (name === '' || shapes.has(name)) throw new MalformedError(`two values named ${name}`);
  const sizes = shape.every((size) => Number.isInteger(size) && size >= 1);
  if (!sizes || shape.length > MAX_RANK || product(shape) > MAX_VALUES) {
    throw new MalformedError(`a value of shape ${shape.join('x')}`);
  }
  shapes.set(name, shape);
}
