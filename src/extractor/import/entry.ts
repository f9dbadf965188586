// Where images enter a frozen graph: at its Placeholder, or after the nodes that decode and resize.

import type { TfjsAttribute, TfjsGraph, TfjsNode } from '../../network/tfjs/graph.ts';

const DECODERS = ['DecodeJpeg', 'DecodePng', 'DecodeBmp', 'DecodeImage', 'DecodeAndCropJpeg'];
const RESIZES = ['ResizeBilinear', 'ResizeBicubic', 'ResizeNearestNeighbor', 'ResizeArea'];
/** What lies between a file or an image of any size and one of the network's size. */
const SKIPPED = ['Cast', 'ExpandDims', 'Identity', ...RESIZES];

/**
 * The graph with a Placeholder for batches of images of the network's size, wherever it decodes or resizes,
 * or was frozen for one image at a time.
 */
export function enterAtImages(graph: TfjsGraph): TfjsGraph {
  const nodes = new Map(graph.nodes);
  const readers = readersOf(graph);
  for (const node of graph.nodes.values()) {
    const decodes = DECODERS.includes(node.op);
    if (!decodes && node.op !== 'Placeholder') continue;
    const chain = [node];
    for (let last = node; ; chain.push(last)) {
      const [next, ...others] = readers.get(last.name) ?? [];
      const goes =
        next?.inputs[0] === last.name && SKIPPED.includes(next.op) && !chain.includes(next);
      if (!goes || others.length > 0) break;
      last = next;
    }
    const resize = chain.findLast(({ op }) => RESIZES.includes(op));
    const entry = resize ?? (decodes ? chain[chain.length - 1] : node);
    const dims = decodes || resize ? [-1, ...sizeAfter(graph, resize), 3] : dimsOf(node);
    const type = decodes ? 'DT_UINT8' : node.attributes.get('dtype')?.type;
    const attributes = new Map<string, TfjsAttribute>([
      ['dtype', type === undefined ? {} : { type }],
    ]);
    if (dims !== undefined) attributes.set('shape', { dims });
    for (const { name } of chain.slice(0, chain.indexOf(entry))) nodes.delete(name);
    nodes.set(entry.name, { name: entry.name, op: 'Placeholder', inputs: [], attributes });
  }
  return { ...graph, nodes };
}

/** What a graph says of the images that it takes. */
export interface Entry {
  /** Height and width; undefined for any. */
  readonly size: readonly [number, number] | undefined;
  /** It takes pixel values 0..255 as they are. */
  readonly raw: boolean;
}

/** Undefined for a graph that takes nothing. */
export function entryOf(graph: TfjsGraph): Entry | undefined {
  const asked = [...graph.nodes.values()].filter(({ op }) => op === 'Placeholder');
  // Others ask for labels, or whether the network is being trained.
  const node = asked.find((one) => dimsOf(one)?.length === 4) ?? asked[0];
  if (node === undefined) return undefined;
  const [, height, width] = dimsOf(node) ?? [];
  return {
    size: height > 0 && width > 0 ? [height, width] : undefined,
    raw: node.attributes.get('dtype')?.type === 'DT_UINT8',
  };
}

/** Batches of any size, though it may have been frozen with one image. */
function dimsOf({ attributes }: TfjsNode): readonly number[] | undefined {
  const dims = attributes.get('shape')?.dims;
  return dims?.length === 4 && dims[0] === 1 ? dims.with(0, -1) : dims;
}

/** Height and width that a graph resizes to; -1 for any. */
function sizeAfter(graph: TfjsGraph, resize: TfjsNode | undefined): number[] {
  const size = graph.weights.get(resize?.inputs[1] ?? '');
  return size?.data.length === 2 ? Array.from(size.data) : [-1, -1];
}

function readersOf(graph: TfjsGraph): Map<string, TfjsNode[]> {
  const readers = new Map<string, TfjsNode[]>();
  for (const node of graph.nodes.values()) {
    for (const input of node.inputs) {
      const known = readers.get(input);
      if (known === undefined) readers.set(input, [node]);
      else known.push(node);
    }
  }
  return readers;
}
