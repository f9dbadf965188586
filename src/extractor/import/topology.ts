// Which nodes of a graph a node needs, and in which order.

import { UnfitError } from '../../base/errors.ts';
import type { TfjsGraph, TfjsNode } from '../../network/tfjs/graph.ts';
import { refusal } from './node.ts';

/** The nodes that `target` needs, each after its inputs; in a deterministic order. */
export function topologicalOrder(graph: TfjsGraph, target: string): TfjsNode[] {
  const order: TfjsNode[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const stack = [nodeNamed(graph, target)];
  while (stack.length > 0) {
    const node = stack[stack.length - 1];
    const waiting = dataInputs(node).filter((name) => state.get(name) !== 'done');
    if (state.get(node.name) === 'done' || waiting.length === 0) {
      stack.pop();
      if (state.get(node.name) !== 'done') order.push(node);
      state.set(node.name, 'done');
      continue;
    }
    if (state.get(node.name) === 'open') throw refusal(node, 'it reads its own output');
    state.set(node.name, 'open');
    for (const name of waiting.reverse()) stack.push(nodeNamed(graph, name));
  }
  return order;
}

/** Code of the error for a node that is not there. */
export const NODE_MISSING = 'node_missing';

export function nodeNamed(graph: TfjsGraph, name: string): TfjsNode {
  const node = graph.nodes.get(name);
  if (node !== undefined) return node;
  throw new UnfitError(`expected a node ${name} in the network, found none`, {
    hint: 'name a node of the network that gives numbers for each image: --embedding NAME, or embedding_node in extractor.json',
    code: NODE_MISSING,
  });
}

/** Names of the nodes whose first output this node reads; control edges carry no value. */
export function dataInputs(node: TfjsNode): string[] {
  return node.inputs
    .filter((input) => !input.startsWith('^'))
    .map((input) => {
      const [name, output = '0'] = input.split(':');
      if (output !== '0') throw refusal(node, `it reads a second output, ${input}`);
      return name;
    });
}

/** The part of a graph that `target` needs. */
export function only(graph: TfjsGraph, target: string): TfjsGraph {
  const nodes = new Map(topologicalOrder(graph, target).map((node) => [node.name, node]));
  const weights = new Map([...graph.weights].filter(([name]) => nodes.has(name)));
  return { nodes, weights };
}
