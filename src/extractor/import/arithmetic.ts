// Imports elementwise arithmetic, activations, normalisation and matrix products.

import type { ImportedNode, ImportOperator } from './node.ts';
import {
  type ConstantValue,
  constantName,
  type Dimension,
  type GraphBuilder,
  type TensorValue,
  type Value,
} from './values.ts';

/** Slope of LeakyRelu where the graph gives none: TensorFlow's default. */
const LEAKY_SLOPE = 0.2;

function unary(op: string): ImportOperator {
  return (node, builder) => {
    const value = node.tensor(0);
    return { ...value, name: builder.emit(op, [value.name], node.name) };
  };
}

/** 1 / sqrt(x); of constants: fold.ts. */
const rsqrt: ImportOperator = (node, builder) => {
  const value = node.tensor(0);
  const root = builder.emit('Sqrt', [value.name], `${node.name}/sqrt`);
  return { ...value, name: builder.emit('Reciprocal', [root], node.name) };
};

/** Arithmetic on two values with broadcasting shapes; either may be a float32 constant. */
function binary(op: string): (node: ImportedNode, builder: GraphBuilder) => TensorValue {
  return (node, builder) => {
    const operands = [node.inputs[0], node.inputs[1]];
    if (node.inputs.length !== 2) throw node.refuse('expected two inputs');
    const images = operands.some((value) => value.kind === 'tensor' && value.layout === 'nchw');
    const layout = images ? 'nchw' : 'plain';
    const [left, right] = operands.map((value) => (value.kind === 'sizes' ? [] : value.shape));
    const shape = broadcast(node, left, right);
    const inputs = operands.map((value, index) => operand(node, builder, value, index, layout));
    return { kind: 'tensor', name: builder.emit(op, inputs, node.name), shape, layout };
  };
}

const add = binary('Add');

/** The sum of any number of values. */
const addN: ImportOperator = (node, builder) => {
  const sum = (left: TensorValue, right: TensorValue) =>
    add({ ...node, inputs: [left, right] }, builder);
  const others = node.inputs.slice(1).map((_, index) => node.tensor(index + 1));
  return others.reduce(sum, node.tensor(0));
};

function square(node: ImportedNode, builder: GraphBuilder, value: TensorValue): TensorValue {
  return { ...value, name: builder.emit('Mul', [value.name, value.name], node.name) };
}

function operand(
  node: ImportedNode,
  builder: GraphBuilder,
  value: Value,
  index: number,
  layout: 'nchw' | 'plain',
): string {
  if (value.kind === 'tensor') {
    return (layout === 'nchw' ? builder.toNchw(value) : builder.toPlain(value)).name;
  }
  return constantName(builder, node.constant(index), layout);
}

export function broadcast(
  node: ImportedNode,
  left: readonly Dimension[],
  right: readonly Dimension[],
): Dimension[] {
  const rank = Math.max(left.length, right.length);
  if (rank > 4) throw node.refuse(`values of rank ${rank} are not supported`);
  const padded = [left, right].map((shape) => [...Array(rank - shape.length).fill(1), ...shape]);
  return padded[0].map((a: Dimension, axis) => {
    const b: Dimension = padded[1][axis];
    if (a === 1) return b;
    if (b === 1 || a === b) return a;
    throw node.refuse(`shapes ${left.join('x')} and ${right.join('x')} do not match`);
  });
}

const biasAdd: ImportOperator = (node, builder) => {
  requireNhwc(node);
  return add(node, builder);
};

const batchNorm: ImportOperator = (node, builder) => {
  requireNhwc(node);
  if (node.attribute.flag('is_training')) throw node.refuse('is_training is not supported');
  // TensorFlow's own default: https://www.tensorflow.org/api_docs/python/tf/raw_ops/FusedBatchNormV3
  const epsilon = node.attribute.float('epsilon', 1e-4);
  const [scale, offset, mean, variance] = [1, 2, 3, 4].map((index) => node.constant(index));
  return normalise(node, builder, { scale, offset, mean, variance, epsilon });
};

/** That of Inception of 2015: https://www.tensorflow.org/api_docs/python/tf/raw_ops/BatchNormWithGlobalNormalization */
const globalNorm: ImportOperator = (node, builder) => {
  const [mean, variance, offset, gamma] = [1, 2, 3, 4].map((index) => node.constant(index));
  const ones = { ...mean, name: `${node.name}/ones`, data: mean.data.map(() => 1) };
  const scale = node.attribute.flag('scale_after_normalization') ? gamma : ones;
  const epsilon = node.attribute.float('variance_epsilon', 0);
  return normalise(node, builder, { scale, offset, mean, variance, epsilon });
};

/** Over neighbouring channels, as networks of 2014 do; ONNX divides the sum by their number. */
const neighbourNorm: ImportOperator = (node, builder) => {
  const value = node.tensor(0);
  if (value.shape.length !== 4) throw node.refuse('only an image of rank 4 is supported');
  const size = 2 * node.attribute.integer('depth_radius', 5) + 1;
  const attributes = {
    size: { int: size },
    alpha: { float: size * node.attribute.float('alpha', 1) },
    beta: { float: node.attribute.float('beta', 0.5) },
    bias: { float: node.attribute.float('bias', 1) },
  };
  const image = builder.toNchw(value);
  return { ...image, name: builder.emit('LRN', [image.name], node.name, attributes) };
};

interface Normalisation {
  /** One number for each channel. */
  readonly scale: ConstantValue;
  readonly offset: ConstantValue;
  readonly mean: ConstantValue;
  readonly variance: ConstantValue;
  readonly epsilon: number;
}

function normalise(
  node: ImportedNode,
  builder: GraphBuilder,
  { scale, offset, mean, variance, epsilon }: Normalisation,
): TensorValue {
  const { shape } = node.tensor(0);
  if (shape.length !== 4)
    throw node.refuse(`expected an image of rank 4, found rank ${shape.length}`);
  const value = builder.toNchw(node.tensor(0));
  const parameters = [scale, offset, mean, variance].map(({ name, data }) => {
    if (data.length === shape[3]) return builder.floats(name, [data.length], data);
    throw node.refuse(`${data.length} numbers of ${name} for ${shape[3]} channels`);
  });
  const inputs = [value.name, ...parameters];
  const attributes = { epsilon: { float: epsilon } };
  return { ...value, name: builder.emit('BatchNormalization', inputs, node.name, attributes) };
}

const matMul: ImportOperator = (node, builder) => {
  const value = builder.toPlain(node.tensor(0));
  const weights = node.constant(1);
  if (
    value.shape.length !== 2 ||
    weights.shape.length !== 2 ||
    node.attribute.flag('transpose_a')
  ) {
    throw node.refuse('only a product of [n, in] and a constant [in, out] is supported');
  }
  const transposed = node.attribute.flag('transpose_b');
  const outputs = weights.shape[transposed ? 0 : 1];
  const fused = node.attribute.texts('fused_ops');
  if (fused.length > 0 && fused[0] !== 'BiasAdd') {
    throw node.refuse(`fused ${fused[0]} before a bias is not supported`);
  }
  const inputs = [value.name, builder.weights(weights.name, weights.shape, weights.data, weights)];
  if (fused.length > 0) inputs.push(constantName(builder, node.constant(2), 'plain'));
  const attributes = { transB: { int: transposed ? 1 : 0 } };
  const name = builder.emit('Gemm', inputs, node.name, attributes);
  const shape = [value.shape[0], outputs];
  return activate(node, builder, { kind: 'tensor', name, shape, layout: 'plain' }, fused.slice(1));
};

/** TensorFlow normalises over the last axis, the channels. */
const softmax: ImportOperator = (node, builder) => {
  const value = node.tensor(0);
  const attributes = { axis: { int: value.layout === 'nchw' ? 1 : -1 } };
  return { ...value, name: builder.emit('Softmax', [value.name], node.name, attributes) };
};

/** Activations by TensorFlow's name, as nodes of their own and fused into convolutions. */
const ACTIVATIONS: Readonly<
  Record<string, (node: ImportedNode, builder: GraphBuilder, value: TensorValue) => string>
> = {
  Relu: (node, builder, value) => builder.emit('Relu', [value.name], node.name),
  Elu: (node, builder, value) => builder.emit('Elu', [value.name], node.name),
  Sigmoid: (node, builder, value) => builder.emit('Sigmoid', [value.name], node.name),
  Relu6: (node, builder, value) => {
    const limits = [builder.floats('zero', [], [0]), builder.floats('six', [], [6])];
    return builder.emit('Clip', [value.name, ...limits], node.name);
  },
  LeakyRelu: (node, builder, value) => {
    const fused = node.attribute.float('leakyrelu_alpha', LEAKY_SLOPE);
    const alpha = node.op === 'LeakyRelu' ? node.attribute.float('alpha', LEAKY_SLOPE) : fused;
    return builder.emit('LeakyRelu', [value.name], node.name, { alpha: { float: alpha } });
  },
  Prelu: (node, builder, value) => {
    const slopes = node.constant(node.inputs.length - 1);
    return builder.emit(
      'PRelu',
      [value.name, constantName(builder, slopes, value.layout)],
      node.name,
    );
  },
};

function activation(kind: string): ImportOperator {
  return (node, builder) => activate(node, builder, node.tensor(0), [kind]);
}

/** Appends the activations fused into a node. @throws UnfitError for an unknown one */
export function activate(
  node: ImportedNode,
  builder: GraphBuilder,
  value: TensorValue,
  kinds: readonly string[],
): TensorValue {
  let { name } = value;
  for (const kind of kinds) {
    const append = Object.hasOwn(ACTIVATIONS, kind) ? ACTIVATIONS[kind] : undefined;
    if (append === undefined) throw node.refuse(`fused ${kind} is not supported`);
    name = append(node, builder, { ...value, name });
  }
  return { ...value, name };
}

function requireNhwc(node: ImportedNode): void {
  const format = node.attribute.text('data_format', 'NHWC');
  if (format !== 'NHWC') throw node.refuse(`data_format ${format} is not supported`);
}

export const ARITHMETIC_OPERATORS: Readonly<Record<string, ImportOperator>> = {
  Add: add,
  AddV2: add,
  AddN: addN,
  BiasAdd: biasAdd,
  Sub: binary('Sub'),
  Mul: binary('Mul'),
  RealDiv: binary('Div'),
  Pow: binary('Pow'),
  Maximum: binary('Max'),
  Minimum: binary('Min'),
  Relu: activation('Relu'),
  Relu6: activation('Relu6'),
  LeakyRelu: activation('LeakyRelu'),
  Elu: activation('Elu'),
  Prelu: activation('Prelu'),
  Sigmoid: activation('Sigmoid'),
  Abs: unary('Abs'),
  Erf: unary('Erf'),
  Exp: unary('Exp'),
  Neg: unary('Neg'),
  Softplus: unary('Softplus'),
  Sqrt: unary('Sqrt'),
  Tanh: unary('Tanh'),
  Rsqrt: rsqrt,
  Square: (node, builder) => square(node, builder, node.tensor(0)),
  SquaredDifference: (node, builder) => square(node, builder, binary('Sub')(node, builder)),
  FusedBatchNorm: batchNorm,
  FusedBatchNormV2: batchNorm,
  FusedBatchNormV3: batchNorm,
  BatchNormWithGlobalNormalization: globalNorm,
  LRN: neighbourNorm,
  MatMul: matMul,
  _FusedMatMul: matMul,
  Softmax: softmax,
};
