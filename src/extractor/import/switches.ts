// Settles the switches that are left of training in a frozen graph: dropout, batch normalisation.

import type { TfjsGraph, TfjsNode } from '../../network/tfjs/graph.ts';

/** The node that an input names; control edges too. */
const nameOf = (input: string) => input.replace(/^\^|:\d+$/g, '');
const outputOf = (input: string) => Number(/:(\d+)$/.exec(input)?.[1] ?? 0);
/** Flags that a graph hands on. */
const HANDED_ON = ['Identity', 'PlaceholderWithDefault'];

/**
 * Each `Switch` whose flag is known, and each `Merge` that one branch reaches, becomes an `Identity`. A flag
 * that the graph asks for, as Keras does whether it is being trained, is false.
 */
export function settleSwitches(graph: TfjsGraph): TfjsGraph {
  const taken = new Map<string, number>();
  for (const { name, op, inputs } of graph.nodes.values()) {
    const flag = op === 'Switch' ? flagOf(graph, inputs[1] ?? '') : undefined;
    if (flag !== undefined) taken.set(name, Number(flag));
  }
  if (taken.size === 0) return graph;
  const dead = deadNodes(graph, taken);
  const isDead = (input: string) => {
    const output = taken.get(nameOf(input));
    const isData = !input.startsWith('^');
    return (
      dead.has(nameOf(input)) || (isData && output !== undefined && output !== outputOf(input))
    );
  };
  const settle = (node: TfjsNode): TfjsNode => {
    const inputs =
      node.op === 'Merge' ? node.inputs.filter((input) => !isDead(input)) : node.inputs;
    const data = inputs.filter((input) => !input.startsWith('^'));
    const isSettled = taken.has(node.name) || (node.op === 'Merge' && data.length === 1);
    const kept = (isSettled ? data.slice(0, 1) : inputs).map((input) =>
      taken.has(nameOf(input)) ? nameOf(input) : input,
    );
    return { ...node, op: isSettled ? 'Identity' : node.op, inputs: kept };
  };
  const nodes = new Map([...graph.nodes].map(([name, node]) => [name, settle(node)]));
  return { ...graph, nodes };
}

/** Those that the branch not taken leads to, and no other. */
function deadNodes(graph: TfjsGraph, taken: ReadonlyMap<string, number>): Set<string> {
  const readers = new Map<string, { readonly node: TfjsNode; readonly input: string }[]>();
  for (const node of graph.nodes.values()) {
    for (const input of node.inputs) {
      const known = readers.get(nameOf(input));
      if (known === undefined) readers.set(nameOf(input), [{ node, input }]);
      else known.push({ node, input });
    }
  }
  const dead = new Set<string>();
  /** Inputs of a `Merge` that nothing comes from. */
  const without = new Map<string, Set<string>>();
  const queue: string[] = [];
  const kill = ({ node, input }: { readonly node: TfjsNode; readonly input: string }) => {
    if (dead.has(node.name)) return;
    if (node.op === 'Merge') {
      const gone = (without.get(node.name) ?? new Set()).add(input);
      without.set(node.name, gone);
      if (gone.size < new Set(node.inputs).size) return;
    }
    dead.add(node.name);
    queue.push(node.name);
  };
  for (const [name, output] of taken) {
    for (const reader of readers.get(name) ?? []) {
      if (!reader.input.startsWith('^') && outputOf(reader.input) !== output) kill(reader);
    }
  }
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const reader of readers.get(next) ?? []) kill(reader);
  }
  return dead;
}

/** Undefined where it is computed. */
function flagOf(graph: TfjsGraph, input: string): boolean | undefined {
  const seen = new Set<string>();
  for (let name = nameOf(input); !seen.has(name); ) {
    seen.add(name);
    const node = graph.nodes.get(name);
    if (node?.op === 'Placeholder' && isFlag(node)) return false;
    if (node?.op === 'Const') {
      const value = graph.weights.get(name);
      return value?.dtype === 'bool' && value.data.length === 1 ? value.data[0] !== 0 : undefined;
    }
    if (node === undefined || !HANDED_ON.includes(node.op)) return undefined;
    name = nameOf(node.inputs[0] ?? '');
  }
  return undefined;
}

function isFlag({ attributes }: TfjsNode): boolean {
  return attributes.get('dtype')?.type === 'DT_BOOL';
}
