// A stranger's ONNX network as an extractor: our input before it, and nothing after the features.

import { UnfitError } from '../../base/errors.ts';
import { MalformedError } from '../../base/protobuf-read.ts';
import type { NetworkInput } from '../../images/preprocessing.ts';
import { ELEMENT_TYPES } from '../../network/onnx/constants.ts';
import type { OnnxElementType, OnnxGraph } from '../../network/onnx/graph.ts';
import { createNames, NETWORK_INPUT, NETWORK_OUTPUTS } from '../../network/onnx/names.ts';
import { product, type Value } from '../../network/onnx/operators/step.ts';
import type { ExtractorSpec } from '../extractor.ts';
import type { OnnxNetwork } from '../files.ts';
import { importPixels } from '../import/pixels.ts';
import { createGraphBuilder, type GraphBuilder } from '../import/values.ts';
import { type AveragedMap, averagedMap } from './mean.ts';
import { makersIn, valuesAt } from './part.ts';

/** Class and register tokens that may stand before those of the places. */
const MAX_LEFT_OUT = 8;

/** A network up to its features. */
type CutNetwork = Pick<OnnxNetwork, 'graph' | 'image'>;

/**
 * The extractor as an ONNX graph: see `extractorGraph`.
 * @throws UnfitError for sizes that do not fit together, or do not match `spec`
 */
export function cutExtractor(
  network: CutNetwork,
  spec: ExtractorSpec,
  input: NetworkInput,
  reserved: readonly string[] = [],
): OnnxGraph {
  const { graph } = network;
  const { embeddingNode: embedding, featureSize } = spec;
  const { size } = input;
  const values = valuesOrRefuse(network, size);
  const { type, shape } = values.get(embedding) as Value;
  const isTokens = shape.length === 3 && !shape.slice(1).includes(1);
  const perImage = isTokens ? shape[2] : product(shape.slice(1));
  if (perImage !== featureSize) {
    throw new UnfitError(
      `expected ${featureSize} features from ${embedding} at ${size} pixels, found ${perImage}`,
      { hint: `use --image_size ${spec.imageSize}, or correct feature_size in extractor.json` },
    );
  }
  const n = takesSeveral(network, size, embedding, shape) ? 'n' : 1;
  const { onnx, builder, nameOf } = beginAtPixels(network, input, n, reserved);
  onnx.outputs.push({ name: 'embedding', type: 'float32', shape: [n, featureSize] });
  const addMap = (name: string, sizes: readonly number[]) => {
    onnx.nodes.push({ op: 'Identity', inputs: [name], outputs: ['feature_map'] });
    onnx.outputs.push({ name: 'feature_map', type: 'float32', shape: [n, ...sizes] });
  };
  let features = toFloat32(builder, nameOf(embedding), type);
  if (isTokens && spec.token === 'mean') {
    const [tokens, sizes] = lastSquare(builder, features, shape, embedding);
    const map = toMap(builder, tokens, sizes, 'tokens');
    addMap(...map);
    features = builder.emit('GlobalAveragePool', [map[0]], 'tokens/mean');
  } else if (isTokens) {
    features = builder.emit('Gather', [features, builder.integers([0])], 'token', AXIS_1);
  }
  const averaged = averagedMap(embedding, makersIn(graph), values);
  if (averaged !== undefined && !isTokens) {
    const { value, layout } = averaged;
    const { type, shape } = values.get(value) as Value;
    addMap(...toMap(builder, toFloat32(builder, nameOf(value), type), shape, layout));
  }
  onnx.nodes.push({ op: 'Flatten', inputs: [features], outputs: ['embedding'] });
  return onnx;
}

const AXIS_1 = { axis: { int: 1 } };

/** Everything up to the features, behind our input; values keep their names, except for those of ours. */
function beginAtPixels(
  { graph, image }: CutNetwork,
  input: NetworkInput,
  n: 1 | 'n',
  reserved: readonly string[],
) {
  const { size } = input;
  const pixels = { name: NETWORK_INPUT, type: 'uint8', shape: [n, size, size, 3] } as const;
  const ours = [NETWORK_INPUT, ...NETWORK_OUTPUTS, ...reserved];
  const theirs = [graph.initializers.map(({ name }) => name), graph.nodes.map((x) => x.outputs)]
    .flat(2)
    .filter((name) => name !== '');
  const unique = createNames([...ours, ...theirs]);
  const renamed = new Map(
    theirs.filter((name) => ours.includes(name)).map((name) => [name, unique(name)]),
  );
  const onnx: OnnxGraph = {
    opset: graph.opset,
    inputs: [pixels],
    outputs: [],
    nodes: [],
    initializers: [],
  };
  const builder = createGraphBuilder(onnx, [...ours, ...theirs, ...renamed.values()]);
  renamed.set(image.name, importPixels(builder, image, input));
  const nameOf = (name: string) => renamed.get(name) ?? name;
  for (const tensor of graph.initializers) {
    onnx.initializers.push({ ...tensor, name: nameOf(tensor.name) });
  }
  for (const node of graph.nodes) {
    const [inputs, outputs] = [node.inputs.map(nameOf), node.outputs.map(nameOf)];
    onnx.nodes.push({ ...node, inputs, outputs });
  }
  return { onnx, builder, nameOf };
}

function valuesOrRefuse({ graph, image }: CutNetwork, size: number): ReadonlyMap<string, Value> {
  try {
    return valuesAt(graph, image, size, 1);
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    throw new UnfitError(
      `expected a network that fits images of ${size} pixels, found ${error.message}`,
      { hint: 'use another --image_size, or another feature extractor', cause: error },
    );
  }
}

/** Many exports hold a batch of one somewhere inside, whatever their input says. */
function takesSeveral(
  { graph, image }: CutNetwork,
  size: number,
  embedding: string,
  [, ...sizes]: readonly number[],
): boolean {
  if (image.single) return false;
  try {
    const { shape } = valuesAt(graph, image, size, 2).get(embedding) as Value;
    return shape.join() === [2, ...sizes].join();
  } catch (error) {
    if (error instanceof MalformedError) return false;
    throw error;
  }
}

function toFloat32(builder: GraphBuilder, name: string, type: OnnxElementType): string {
  if (type === 'float32') return name;
  return builder.emit('Cast', [name], `${name}/float`, { to: { int: ELEMENT_TYPES.float32 } });
}

/**
 * The last tokens, as many as fill a square: those before them stand for no place.
 * @param shape `[n, tokens, features]`
 */
function lastSquare(
  builder: GraphBuilder,
  tokens: string,
  [images, count, features]: readonly number[],
  embedding: string,
): [name: string, shape: readonly number[]] {
  const square = Math.floor(Math.sqrt(count)) ** 2;
  const leftOut = count - square;
  if (leftOut > MAX_LEFT_OUT) {
    throw new UnfitError(
      `expected a square number of tokens and at most ${MAX_LEFT_OUT} others with --token mean, found ${count} in ${embedding}`,
      { hint: 'leave --token out: the first token is taken' },
    );
  }
  if (leftOut === 0) return [tokens, [images, count, features]];
  const places = builder.integers(Array.from({ length: square }, (_, i) => leftOut + i));
  const name = builder.emit('Gather', [tokens, places], 'tokens/of_places', AXIS_1);
  return [name, [images, square, features]];
}

/** As `[n, c, h, w]`. */
function toMap(
  builder: GraphBuilder,
  name: string,
  [, ...sizes]: readonly number[],
  layout: AveragedMap['layout'],
): [name: string, sizes: readonly number[]] {
  if (layout === 'nchw') return [name, sizes];
  const channels = sizes[sizes.length - 1];
  if (layout === 'nhwc') {
    const perm = { perm: { ints: [0, 3, 1, 2] } };
    const [height, width] = sizes;
    return [builder.emit('Transpose', [name], 'map/nchw', perm), [channels, height, width]];
  }
  const perm = { perm: { ints: [0, 2, 1] } };
  const side = Math.sqrt(sizes[0]);
  const rows = builder.emit('Transpose', [name], 'tokens/features_first', perm);
  const shape = builder.integers([0, channels, side, side]);
  return [builder.emit('Reshape', [rows, shape], 'tokens/map'), [channels, side, side]];
}
