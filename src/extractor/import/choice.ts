// What is said of the node that gives the features: why that one, and which others there are.

import type { TfjsGraph, TfjsNode } from '../../network/tfjs/graph.ts';
import type { EmbeddingChoice, OtherEmbedding } from '../files.ts';

/** Operators that hand on what they read. */
const HANDED_ON = ['Identity', 'Squeeze', 'Reshape', 'CheckNumerics', 'StopGradient'];
/** Layers: what they read could be the features. */
const PRODUCTS = ['MatMul', '_FusedMatMul', 'Conv2D', '_FusedConv2D'];
const NO_OUTPUTS = ['Const', 'NoOp', 'Assert'];

export const NAMED = 'named by --embedding';
export const NAMED_BESIDE = 'named by extractor.json or the catalogue';

/** @param graph the whole network, with all that comes after `node` */
export function choiceIn(graph: TfjsGraph, node: string, why: string): EmbeddingChoice {
  const all = [...graph.nodes.values()];
  const read = new Set(all.flatMap(({ inputs }) => inputs.map(nameOf)));
  return {
    why,
    inputs: all.filter(({ op }) => op === 'Placeholder').map(({ name }) => name),
    outputs: all
      .filter(({ name, op }) => !NO_OUTPUTS.includes(op) && !read.has(name))
      .map(({ name }) => name),
    others: laterOnes(all, node),
  };
}

/** What the layers after `node` read. */
function laterOnes(all: readonly TfjsNode[], node: string): OtherEmbedding[] {
  const readers = new Map<string, TfjsNode[]>();
  for (const reader of all) {
    for (const input of reader.inputs.filter((one) => !one.startsWith('^'))) {
      const known = readers.get(nameOf(input));
      if (known === undefined) readers.set(nameOf(input), [reader]);
      else known.push(reader);
    }
  }
  /** The value of `node` under other names. */
  const same = new Set([node]);
  const later = new Map<string, TfjsNode>();
  for (const name of same) {
    for (const reader of readers.get(name) ?? []) {
      if (HANDED_ON.includes(reader.op)) same.add(reader.name);
      else later.set(reader.name, reader);
    }
  }
  for (const name of later.keys()) {
    for (const reader of readers.get(name) ?? []) later.set(reader.name, reader);
  }
  const found = [...later.values()]
    .filter(({ op }) => PRODUCTS.includes(op))
    .map(({ inputs }) => nameOf(inputs[0] ?? ''));
  return [...new Set(found)].filter((name) => later.has(name)).map((name) => ({ node: name }));
}

function nameOf(input: string): string {
  return input.replace(/^\^|:\d+$/g, '');
}
