// Which node of a network gives the features: the last mean over places on the way to its output.

import { UnfitError } from '../../base/errors.ts';
import { examplesOf } from '../../base/examples.ts';
import type { TfjsGraph, TfjsNode } from '../../network/tfjs/graph.ts';
import { importNodes, meanOverPlaces } from './graph.ts';
import { createGraphBuilder, product, type TensorValue, type Value } from './values.ts';

/** Means that are looked at, from the last one back. */
const MAX_TRIED = 50;

export interface Embedding {
  readonly node: string;
  /** Numbers for each image. */
  readonly featureSize: number;
}

/**
 * @param size of the images that the network is given, in pixels
 * @throws UnfitError where there is none or more than one, or for a network that cannot be imported
 */
export function lastMean(graph: TfjsGraph, size: number): Embedding {
  const valuesAt = createValues(graph, size);
  const found: Embedding[] = [];
  /** Nodes that lead to a mean that was found. */
  const leading = new Set<string>();
  let tried = 0;
  for (const node of inOrder(graph).reverse()) {
    if (!leading.has(node.name) && mayBeMean(graph, node) && tried++ < MAX_TRIED) {
      const values = valuesAt(node.name);
      if (meanOverPlaces(node, values) === undefined) continue;
      found.push({ node: node.name, featureSize: featuresIn(values.get(node.name)) });
      leading.add(node.name);
    }
    if (leading.has(node.name)) for (const name of inputsOf(node)) leading.add(name);
  }
  if (found.length === 1) return found[0];
  const names = examplesOf(found.map(({ node }) => node));
  throw new UnfitError(
    `expected one mean over places on the way to the network's output, found ${names || 'none'}`,
    { hint: `name the node that gives the features: --embedding ${found[0]?.node ?? 'NAME'}` },
  );
}

/**
 * @param name of the node, `:0` behind it or not, as TensorFlow spells its first output
 * @throws UnfitError where the network has none of that name, or for one that cannot be imported
 */
export function embeddingAt(graph: TfjsGraph, name: string, size: number): Embedding {
  const node = name.replace(/:0$/, '');
  return { node, featureSize: featuresIn(createValues(graph, size)(node).get(node)) };
}

/**
 * What is found at the size that is asked for, else at the network's own: why the first is not taken is told when
 * the network is checked.
 * @throws UnfitError where neither works, for the network's own
 */
export function atEither<Found>(
  asked: number | undefined,
  own: number,
  find: (size: number) => Found,
): Found {
  if (asked === undefined || asked === own) return find(own);
  try {
    return find(asked);
  } catch (error) {
    if (!(error instanceof UnfitError)) throw error;
    return find(own);
  }
}

/** Losses and summaries of training are means over other axes, of what may not even be importable. */
function mayBeMean(graph: TfjsGraph, { op, inputs }: TfjsNode): boolean {
  return op === 'AvgPool' || (op === 'Mean' && graph.weights.get(inputs[1])?.data.length === 2);
}

/** Values of a node and of those before it, as far as their shapes are concerned. */
function createValues(
  graph: TfjsGraph,
  size: number,
): (node: string) => ReadonlyMap<string, Value> {
  const values = new Map<string, Value>();
  const onnx = { inputs: [], outputs: [], nodes: [], initializers: [] };
  const image: TensorValue = {
    kind: 'tensor',
    name: 'image',
    shape: [null, size, size, 3],
    layout: 'nchw',
  };
  return (node) => importNodes(graph, node, image, createGraphBuilder(onnx), values);
}

/** 0 where it is no value of each image. */
function featuresIn(value: Value | undefined): number {
  if (value?.kind !== 'tensor' || value.shape[0] !== null) return 0;
  return product(value.shape.slice(1).map((size) => size ?? 0));
}

/** Names of the nodes whose values a node reads. */
function inputsOf({ inputs }: TfjsNode): string[] {
  return inputs
    .filter((input) => !input.startsWith('^'))
    .map((input) => input.replace(/:\d+$/, ''));
}

/** Each node after those that it reads, except in circles; those of training and assertions too. */
function inOrder(graph: TfjsGraph): TfjsNode[] {
  const order: TfjsNode[] = [];
  const seen = new Set<string>();
  const stack = [...graph.nodes.values()].map((node) => ({ node, left: false })).reverse();
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { node, left } = top;
    if (left) order.push(node);
    else if (!seen.has(node.name)) {
      seen.add(node.name);
      stack.push({ node, left: true });
      for (const name of inputsOf(node)) {
        const input = graph.nodes.get(name);
        if (input !== undefined && !seen.has(name)) stack.push({ node: input, left: false });
      }
    }
  }
  return order;
}
