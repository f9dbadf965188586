// Imports a TensorFlow.js graph model into ONNX: uint8 images in, bottleneck features out.

import { UnfitError } from '../../base/errors.ts';
import { type NetworkInput, pixelScaling } from '../../images/preprocessing.ts';
import type { OnnxGraph } from '../../network/onnx/graph.ts';
import { NETWORK_INPUT, NETWORK_OUTPUTS } from '../../network/onnx/names.ts';
import type { TfjsGraph, TfjsNode } from '../../network/tfjs/graph.ts';
import type { ExtractorSpec } from '../extractor.ts';
import { createImportedNode, refusal } from './node.ts';
import { IMPORTERS } from './operators.ts';
import { createGraphBuilder, type GraphBuilder, type TensorValue, type Value } from './values.ts';

/** Operators that only rename or reshape: the node before them counts instead. */
const TRANSPARENT = ['Identity', 'Squeeze', 'Reshape'];
const POOLS = ['Mean', 'AvgPool'];

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
  const image = importImage(builder, input);
  const values = importNodes(graph, spec.embeddingNode, image, builder);

  const pooledNode = poolBefore(graph, spec.embeddingNode);
  const pooled = builder.toNchw(tensorAt(values, pooledNode, 4));
  rename(onnx, pooled.name, 'feature_map');
  const embedding = tensorAt(values, spec.embeddingNode, 2);
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
  onnx.outputs.push(
    { name: 'embedding', type: 'float32', shape: ['n', spec.featureSize] },
    { name: 'feature_map', type: 'float32', shape: featureMapShape(pooled) },
  );
  return onnx;
}

/**
 * Imports `target` and all its inputs; returns the value of each node on the way.
 * @param image value of the network's only Placeholder, shape `[null, h, w, c]`
 */
export function importNodes(
  graph: TfjsGraph,
  target: string,
  image: TensorValue,
  builder: GraphBuilder,
): Map<string, Value> {
  const values = new Map<string, Value>();
  for (const node of topologicalOrder(graph, target)) {
    values.set(node.name, importNode(graph, node, values, image, builder));
  }
  return values;
}

function importNode(
  graph: TfjsGraph,
  node: TfjsNode,
  values: ReadonlyMap<string, Value>,
  image: TensorValue,
  builder: GraphBuilder,
): Value {
  if (node.op === 'Const') {
    const weight = graph.weights.get(node.name);
    if (weight === undefined) throw refusal(node, 'the weight files do not contain its value');
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
  const importer = IMPORTERS.get(node.op);
  if (importer === undefined) throw refusal(node, 'this operator is not supported');
  return importer(createImportedNode(node, inputs), builder);
}

/** Moves channels first, while they are still bytes, and normalises. */
function importImage(builder: GraphBuilder, input: NetworkInput): TensorValue {
  const { scale, offset } = pixelScaling(input);
  const perm = { perm: { ints: [0, 3, 1, 2] } };
  const bytes = builder.emit('Transpose', [NETWORK_INPUT], 'image/nchw', perm);
  const cast = builder.emit('Cast', [bytes], 'image/float', { to: { int: 1 } });
  // One number if it is the same for all channels.
  const floats = (name: string, values: readonly number[]) =>
    new Set(values).size === 1
      ? builder.floats(name, [], values.slice(0, 1))
      : builder.floats(name, [3, 1, 1], values);
  const scaled = builder.emit('Mul', [cast, floats('image/scale', scale)], 'image/scaled');
  const shift = () =>
    builder.emit('Add', [scaled, floats('image/offset', offset)], 'image/shifted');
  const name = offset.some((value) => value !== 0) ? shift() : scaled;
  return { kind: 'tensor', name, shape: [null, input.size, input.size, 3], layout: 'nchw' };
}

/** The nodes that `target` needs, each after its inputs; in a deterministic order. */
function topologicalOrder(graph: TfjsGraph, target: string): TfjsNode[] {
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

function nodeNamed(graph: TfjsGraph, name: string): TfjsNode {
  const node = graph.nodes.get(name);
  if (node !== undefined) return node;
  throw new UnfitError(`expected a node ${name} in the network, found none`, {
    hint: 'set embedding_node in extractor.json to the name of the global average pool',
  });
}

/** Names of the nodes whose first output this node reads; control edges carry no value. */
function dataInputs(node: TfjsNode): string[] {
  return node.inputs
    .filter((input) => !input.startsWith('^'))
    .map((input) => {
      const [name, output = '0'] = input.split(':');
      if (output !== '0') throw refusal(node, `it reads a second output, ${input}`);
      return name;
    });
}

function requireShape(node: TfjsNode, image: TensorValue): void {
  const dims = node.attributes.get('shape')?.dims;
  const fits = dims?.every((size, axis) => size === -1 || size === image.shape[axis]) ?? true;
  if (!fits) throw refusal(node, `it only takes images of shape ${dims?.join('x')}`);
}

/** The node whose averaged output is the embedding. */
function poolBefore(graph: TfjsGraph, embeddingNode: string): string {
  let node = nodeNamed(graph, embeddingNode);
  while (TRANSPARENT.includes(node.op)) node = nodeNamed(graph, dataInputs(node)[0]);
  if (POOLS.includes(node.op)) return dataInputs(node)[0];
  throw new UnfitError(`expected a global average pool at ${embeddingNode}, found ${node.op}`, {
    hint: 'set embedding_node in extractor.json to the name of the global average pool',
  });
}

/** The value of a node, with at least `rank` axes, the batch first. */
function tensorAt(values: ReadonlyMap<string, Value>, name: string, rank: number): TensorValue {
  const value = values.get(name);
  if (value?.kind === 'tensor' && value.shape.length >= rank) return value;
  throw new UnfitError(`expected features of rank ${rank} or more at ${name}, found others`, {
    hint: 'set embedding_node in extractor.json to the name of the global average pool',
  });
}

function featureMapShape({ shape }: TensorValue): (number | string)[] {
  const [, height, width, channels] = shape.map((size) => size ?? 'n');
  return ['n', channels, height, width];
}

function rename(graph: OnnxGraph, from: string, to: string): void {
  const swap = (name: string) => (name === from ? to : name);
  for (const node of graph.nodes) {
    node.inputs = node.inputs.map(swap);
    node.outputs = node.outputs.map(swap);
  }
}
