// Parts of a stranger's ONNX graph: what a value needs, and what follows from the image alone.

import { MalformedError } from '../../base/protobuf-read.ts';
import type { OnnxGraph, OnnxNode } from '../../network/onnx/graph.ts';
import type { Value } from '../../network/onnx/operators/step.ts';
import { inferValues } from '../../network/onnx/shapes.ts';
import type { ImageInput } from './image-input.ts';

/** Whatever a network costs: that is looked at when it is opened. */
const ANY_COST = Number.POSITIVE_INFINITY;

/** The nodes, constants and inputs that values need, in the order of the file. */
export function partFor(graph: OnnxGraph, ...values: readonly string[]): OnnxGraph {
  const needed = new Set(values);
  const nodes: OnnxNode[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    nodes.push(node);
    for (const name of node.inputs) needed.add(name);
  }
  return {
    ...graph,
    inputs: graph.inputs.filter(({ name }) => needed.has(name)),
    outputs: [],
    nodes: nodes.reverse(),
    initializers: graph.initializers.filter(({ name }) => needed.has(name)),
  };
}

/** Values that depend on the image; those that also need something else, such as a text, are left out. */
export function valuesOfImage(graph: OnnxGraph, image: string): Set<string> {
  const others = new Set(graph.inputs.map(({ name }) => name).filter((name) => name !== image));
  const found = new Set([image]);
  for (const { inputs, outputs } of graph.nodes) {
    const from = inputs.some((name) => others.has(name)) ? others : found;
    if (!inputs.some((name) => from.has(name))) continue;
    for (const name of outputs) if (name !== '') from.add(name);
  }
  return found;
}

/** The node that makes each value. */
export function makersIn({ nodes }: OnnxGraph): ReadonlyMap<string, OnnxNode> {
  return new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
}

/** Shape of a batch of square images as the network takes them. */
export function shapeFor({ layout }: ImageInput, size: number, n: number): number[] {
  return layout === 'nchw' ? [n, 3, size, size] : [n, size, size, 3];
}

/**
 * All values of a part that needs nothing but images.
 * @param batch how many images
 * @throws MalformedError for what is not supported, or does not fit together at that size or batch
 */
export function valuesAt(
  part: OnnxGraph,
  image: ImageInput,
  size: number,
  batch: number,
): ReadonlyMap<string, Value> {
  const other = part.inputs.find(({ name }) => name !== image.name);
  if (other !== undefined)
    throw new MalformedError(`a value that needs another input, ${other.name}`);
  const { name, type } = image;
  const inputs = [{ name, type, shape: shapeFor(image, size, batch) }];
  return inferValues({ ...part, inputs }, batch, ANY_COST).values;
}
