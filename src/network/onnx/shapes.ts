// Shape and type of every value of a network read by read.ts, and its cost: refused when out of bounds.

import { MalformedError } from '../../base/protobuf-read.ts';
import type { OnnxGraph, OnnxNode, OnnxTensor } from './graph.ts';
import { numbersOf } from './operators/numbers.ts';
import { MAX_RANK, type Operator, product, type Step, type Value } from './operators/step.ts';
import { OPERATORS } from './operators/table.ts';

/** Values of one tensor: Inception V3 at 512 pixels has 65 million in a batch of 16. */
const MAX_VALUES = 2 ** 27;
/** Of one image: ViT-L/14 at 336 pixels has 1.9e11; five seconds on two processors. */
const MAX_COST = 2.5e11;
/** Multiplications that take as long as writing a value does. */
const COST_OF_VALUE = 16;
/** Numbers worked out, and those that they are worked out of: Swin-T has 5,000. */
const MAX_WORKED_OUT = 2 ** 16;

export interface Inference {
  /** By name; of constants too. */
  readonly values: ReadonlyMap<string, Value>;
  /** Of convolutions and matrix products: what the size of a network is given by. */
  readonly multiplyAdds: number;
}

/**
 * @param batch size of every axis of an input that is named
 * @param maxCost multiplications in all
 * @throws MalformedError for an unknown operator, sizes out of bounds or dependent on the image,
 *   or inconsistent shapes
 */
export function inferValues(graph: OnnxGraph, batch: number, maxCost = MAX_COST): Inference {
  const values = new Map<string, Value>();
  let workedOut = 0;
  const define = (name: string, value: Value) => {
    if (name === '' || values.has(name)) throw new MalformedError(`two values named ${name}`);
    checkShape(value);
    values.set(name, value);
  };
  for (const tensor of graph.initializers) {
    checkShape(tensor);
    values.set(tensor.name, constantOf(tensor));
  }
  for (const { name, type, shape } of graph.inputs) {
    define(name, { type, shape: shape.map((size) => (typeof size === 'number' ? size : batch)) });
  }
  let total = 0;
  let multiplyAdds = 0;
  for (const node of graph.nodes) {
    const operator = OPERATORS.get(node.op);
    if (operator === undefined) throw new MalformedError(`operator ${node.op}`);
    const step = stepOf(node, operator, values);
    const made = [operator.infer(step)].flat();
    workedOut += countWorkedOut(step.inputs, made);
    if (workedOut > MAX_WORKED_OUT) throw new MalformedError('more sizes than any extractor needs');
    const [out] = made;
    checkShape(out);
    const cost = operator.cost?.(step, out) ?? 0;
    const written = made.slice(0, step.outputs).reduce((sum, { shape }) => sum + product(shape), 0);
    total += Math.max(cost, COST_OF_VALUE * written);
    if (!(total <= maxCost)) throw new MalformedError('more computation than any extractor needs');
    if (operator.weighs) multiplyAdds += cost;
    for (const [i, name] of node.outputs.entries()) {
      if (i === 0 || name !== '') define(name, made[i]);
    }
  }
  return { values, multiplyAdds };
}

/** As papers state them. @param batch how many images @throws MalformedError as `inferValues` does */
export function multiplyAdds(graph: OnnxGraph, batch = 1): number {
  return inferValues(graph, batch).multiplyAdds;
}

function stepOf(node: OnnxNode, operator: Operator, values: ReadonlyMap<string, Value>): Step {
  const { op, inputs, outputs, attributes = {} } = node;
  const [least, most] = operator.inputs;
  const { outputs: mostOutputs = 1, attributes: allowed = [] } = operator;
  const fits = inputs.length >= least && inputs.length <= most;
  if (!fits || outputs.length < 1 || outputs.length > mostOutputs) {
    throw new MalformedError(`${op} with ${inputs.length} inputs and ${outputs.length} outputs`);
  }
  const strange = Object.keys(attributes).find((name) => !allowed.includes(name));
  if (strange !== undefined) throw new MalformedError(`${op} with attribute ${strange}`);
  const read = inputs.map((name) => {
    const value = values.get(name);
    if (name !== '' && value === undefined)
      throw new MalformedError(`${op} before its input ${name}`);
    return value;
  });
  return { op, attributes, inputs: read, outputs: outputs.length };
}

/** Of inputs and outputs, where all inputs are known, and the output is not merely one of them. */
function countWorkedOut(inputs: readonly (Value | undefined)[], made: readonly Value[]): number {
  const known = inputs.flatMap((value) => (value === undefined ? [] : [value.numbers]));
  if (known.includes(undefined)) return 0;
  const lists = made.map(({ numbers }) => numbers);
  if (lists.every((numbers) => numbers !== undefined && known.includes(numbers))) return 0;
  return [...known, ...lists].reduce((sum, numbers) => sum + (numbers?.length ?? 0), 0);
}

/** Its elements are read only when they are asked for. */
function constantOf(tensor: OnnxTensor): Value {
  let numbers: readonly number[] | undefined;
  return {
    type: tensor.type,
    shape: tensor.shape,
    get numbers() {
      numbers ??= numbersOf(tensor);
      return numbers;
    },
  };
}

/** Only lists of sizes may be empty. */
function checkShape({ shape }: Pick<Value, 'shape'>): void {
  const least = shape.length === 1 ? 0 : 1;
  const sizes = shape.every((size) => Number.isInteger(size) && size >= least);
  if (!sizes || shape.length > MAX_RANK || product(shape) > MAX_VALUES) {
    throw new MalformedError(`a value of shape ${shape.join('x')}`);
  }
}
