// Imports a TensorFlow.js graph model into ONNX: uint8 images in, bottleneck features out.

import { UnfitError } from '../../base/errors.ts';
import type { NetworkInput } from '../../images/preprocessing.ts';
import type { OnnxGraph } from '../../network/onnx/graph.ts';
import { NETWORK_INPUT, NETWORK_OUTPUTS } from '../../network/onnx/names.ts';
import type { TfjsGraph, TfjsNode } from '../../network/tfjs/graph.ts';
import type { ExtractorSpec } from '../extractor.ts';
import { createFolding } from './fold.ts';
import { createImportedNode, normaliseAxes, refusal } from './node.ts';
import { IMPORTERS } from './operators.ts';
import { importPixels } from './pixels.ts';
import { dataInputs, nodeNamed, topologicalOrder } from './topology.ts';
import { createGraphBuilder, type GraphBuilder, type TensorValue, type Value } from './values.ts';

/** Operators that only rename or reshape: the node before them counts instead. */
const TRANSPARENT = ['Identity', 'Squeeze', 'Reshape'];

/**
 * The extractor as an ONNX graph: see `extractorGraph`. Values of the network keep their names, except
 * where one is that of an input or output of a saved network.
 * @param reserved other names that no value may have
 * @throws UnfitError when the network contains what cannot be imported, or does not match `spec`
 */
export function importExtractor(
  graph: TfjsGraph,
  spec: ExtractorSpec,
  input: NetworkInput,
  reserved: readonly string[] = [],
): OnnxGraph {
  const { size } = input;
  const pixels = { name: NETWORK_INPUT, type: 'uint8', shape: ['n', size, size, 3] } as const;
  const onnx: OnnxGraph = { inputs: [pixels], outputs: [], nodes: [], initializers: [] };
  const builder = createGraphBuilder(onnx, [NETWORK_INPUT, ...NETWORK_OUTPUTS, ...reserved]);
  const image: TensorValue = {
    kind: 'tensor',
    name: importPixels(builder, { type: 'float32', layout: 'nchw' }, input),
    shape: [null, size, size, 3],
    layout: 'nchw',
  };
  const values = importNodes(graph, spec.embeddingNode, image, builder);
  const embedding = tensorAt(values, spec.embeddingNode);
  const [batch, ...sizes] = embedding.shape;
  const perImage = sizes.reduce((total: number, size) => total * (size ?? Number.NaN), 1);
  if (batch !== null || perImage !== spec.featureSize) {
    throw new UnfitError(
      `expected ${spec.featureSize} features from ${spec.embeddingNode} at ${size} pixels, found ${sizes.join('x')}`,
      { hint: `use --image_size ${spec.imageSize}, or correct feature_size in extractor.json` },
    );
  }
  const source = sizes.length === 1 ? embedding : builder.toPlain(embedding);
  onnx.nodes.push({ op: 'Flatten', inputs: [source.name], outputs: ['embedding'] });
  onnx.outputs.push({ name: 'embedding', type: 'float32', shape: ['n', spec.featureSize] });
  const map = averagedMap(graph, spec.embeddingNode, values);
  if (map !== undefined) {
    const [, height, width, channels] = map.shape.map((size) => size ?? 'n');
    rename(onnx, builder.toNchw(map).name, 'feature_map');
    const shape = ['n', channels, height, width];
    onnx.outputs.push({ name: 'feature_map', type: 'float32', shape });
  }
  return onnx;
}

/**
 * Imports `target` and all its inputs; returns the value of each node on the way.
 * @param image value of the network's only Placeholder, shape `[null, h, w, c]`
 * @param values of nodes that were imported before
 */
export function importNodes(
  graph: TfjsGraph,
  target: string,
  image: TensorValue,
  builder: GraphBuilder,
  values = new Map<string, Value>(),
): Map<string, Value> {
  const fold = createFolding();
  for (const node of topologicalOrder(graph, target)) {
    if (values.has(node.name)) continue;
    values.set(node.name, importNode(graph, node, values, image, builder, fold));
  }
  return values;
}

function importNode(
  graph: TfjsGraph,
  node: TfjsNode,
  values: ReadonlyMap<string, Value>,
  image: TensorValue,
  builder: GraphBuilder,
  fold: ReturnType<typeof createFolding>,
): Value {
  if (node.op === 'Const') {
    const weight = graph.weights.get(node.name);
    if (weight === undefined) throw refusal(node, 'its value is not in the files, or is no number');
    return { kind: 'constant', name: node.name, ...weight };
  }
  const inputs = dataInputs(node).map((name) => values.get(name) as Value);
  if (node.op === 'Placeholder') {
    requireShape(node, image);
    if ([...values.keys()].some((name) => graph.nodes.get(name)?.op === 'Placeholder')) {
      throw refusal(node, 'a network with two inputs is not supported');
    }
    return image;
  }
  const imported = createImportedNode(node, inputs);
  const constants = inputs.filter((value) => value.kind === 'constant');
  const folded = constants.length === inputs.length ? fold(imported, constants) : undefined;
  if (folded !== undefined) return folded;
  const importer = IMPORTERS.get(node.op);
  if (importer === undefined) throw refusal(node, 'this operator is not supported');
  return importer(imported, builder);
}

function requireShape(node: TfjsNode, image: TensorValue): void {
  const dims = node.attributes.get('shape')?.dims;
  const fits = dims?.every((size, axis) => size === -1 || size === image.shape[axis]) ?? true;
  if (!fits) throw refusal(node, `it only takes images of shape ${dims?.join('x')}`);
}

/** The map whose mean over all places is the embedding; undefined where it is another value. */
function averagedMap(
  graph: TfjsGraph,
  embeddingNode: string,
  values: ReadonlyMap<string, Value>,
): TensorValue | undefined {
  let node = nodeNamed(graph, embeddingNode);
  while (TRANSPARENT.includes(node.op)) node = nodeNamed(graph, dataInputs(node)[0]);
  return meanOverPlaces(node, values);
}

/** The input `[n, h, w, c]` of a node that gives its mean over all h and w; undefined for any other node. */
export function meanOverPlaces(
  node: TfjsNode,
  values: ReadonlyMap<string, Value>,
): TensorValue | undefined {
  if (node.op !== 'Mean' && node.op !== 'AvgPool') return undefined;
  const inputs = dataInputs(node).map((name) => values.get(name) as Value);
  const [map] = inputs;
  if (map.kind !== 'tensor' || map.shape.length !== 4) return undefined;
  const { integers, attribute } = createImportedNode(node, inputs);
  const [, height, width] = map.shape;
  const ofAll =
    node.op === 'Mean'
      ? normaliseAxes(integers(1), 4).join() === '1,2'
      : [height, width].every((size, at) => attribute.integers('ksize')[at + 1] >= (size ?? 0)) &&
        isOnePlace(values.get(node.name));
  return ofAll ? map : undefined;
}

function isOnePlace(value: Value | undefined): boolean {
  return value?.kind === 'tensor' && value.shape[1] === 1 && value.shape[2] === 1;
}

/** The value of a node for each image. */
function tensorAt(values: ReadonlyMap<string, Value>, name: string): TensorValue {
  const value = values.get(name);
  if (value?.kind === 'tensor' && value.shape.length >= 2) return value;
  throw new UnfitError(`expected features of every image at ${name}, found others`, {
    hint: 'name a node of the network that gives numbers for each image: --embedding NAME, or embedding_node in extractor.json',
  });
}

function rename(graph: OnnxGraph, from: string, to: string): void {
  const swap = (name: string) => (name === from ? to : name);
  for (const node of graph.nodes) {
    node.inputs = node.inputs.map(swap);
    node.outputs = node.outputs.map(swap);
  }
}
