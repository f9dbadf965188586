// Which value of an ONNX graph gives the features: a named output, what the classifier reads, or tokens.

import { UnfitError, UsageError } from '../../base/errors.ts';
import { examplesOf } from '../../base/examples.ts';
import { MalformedError } from '../../base/protobuf-read.ts';
import { shellWord } from '../../base/shell.ts';
import type { OnnxGraph, OnnxNode } from '../../network/onnx/graph.ts';
import { product, type Value } from '../../network/onnx/operators/step.ts';
import type { Stated } from '../extractor.ts';
import type { ImageInput } from './image-input.ts';
import { averagedMap } from './mean.ts';
import { makersIn, partFor, valuesAt, valuesOfImage } from './part.ts';

/** A value that may be the embedding. */
export interface Candidate {
  readonly value: string;
  /** Of an image: `[features]`, or `[tokens, features]`. */
  readonly shape: readonly number[];
  /** Why it is one. */
  readonly why: string;
}

export interface Choice {
  readonly chosen: Candidate;
  /** In the order in which they would be taken. */
  readonly others: readonly Candidate[];
}

/** Parts of names of outputs that are made to be features, best first. */
const NAMED = [/embed/i, /feature/i, /pool/i];
/** Operators between the last layer with weights and the output. */
const PASSED = [
  ...['Softmax', 'LogSoftmax', 'Sigmoid', 'Identity', 'Cast', 'Dropout'],
  ...['Reshape', 'Flatten', 'Squeeze', 'QuantizeLinear', 'DequantizeLinear'],
];
const FLOATS = ['float32', 'float16', 'double'];
/** Outputs that are looked at one by one, where not all can be computed. */
const MOST_ALONE = 16;
const MEANS = ['GlobalAveragePool', 'ReduceMean', 'AveragePool'];
const SCORES = ['Softmax', 'LogSoftmax', 'Sigmoid'];
const LINEAR = ['Gemm', 'MatMul', 'MatMulInteger', 'Conv', 'ConvInteger'];
/** What joins the scores of several classifiers. */
const JOINS = ['Add', 'Sub', 'Sum', 'Mean', 'Max', 'Concat'];

/**
 * @param size of the images, in pixels
 * @throws UnfitError where there is none; UsageError for `--token` without tokens
 */
export function chooseEmbedding(
  graph: OnnxGraph,
  image: ImageInput,
  size: number,
  { embedding, token }: Pick<Stated, 'embedding' | 'token'>,
  file: string,
): Choice {
  const found = candidatesIn(graph, image, size);
  let { candidates } = found;
  if (embedding !== undefined) {
    const shape = sizesAt(graph, image, size, embedding, file);
    const why = 'named by --embedding or extractor.json';
    candidates = [
      { value: embedding, shape, why },
      ...candidates.filter(({ value }) => value !== embedding),
    ];
  } else if (token !== undefined) {
    candidates = candidates.toSorted((a, b) => b.shape.length - a.shape.length);
  }
  const [chosen, ...others] = candidates;
  if (chosen === undefined) {
    throw new UnfitError(
      `expected an output that gives features of each image in ${file}, found ${examplesOf(found.refused) || 'none'}`,
      { hint: 'name a value that does: --embedding NAME' },
    );
  }
  if (token !== undefined && chosen.shape.length !== 2) {
    throw new UsageError(
      `expected tokens together with --token, found ${chosen.value} of ${chosen.shape.join('x')} in ${file}`,
      { hint: 'leave --token out, or name a value of rank 3: --embedding NAME' },
    );
  }
  const listed = new Set([chosen, ...others].map(({ value }) => value));
  return {
    chosen,
    others: [
      ...others,
      ...found.offered.filter(({ value }) => !listed.has(value) && listed.add(value)),
    ],
  };
}

/** In order: outputs named as features, what classifiers read, tokens; and what is taken only if it is named. */
function candidatesIn(graph: OnnxGraph, image: ImageInput, size: number) {
  const ofImage = valuesOfImage(graph, image.name);
  const refused: string[] = [];
  const named: (Candidate & { readonly rank: number })[] = [];
  const read: Candidate[] = [];
  const tokens: Candidate[] = [];
  const offered: Candidate[] = [];
  const names = graph.outputs.map(({ name }) => name).filter((name) => ofImage.has(name));
  const whole = valuesOf(graph, names, image, size);
  for (const name of whole ? names : names.slice(0, MOST_ALONE)) {
    try {
      const part = partFor(graph, name);
      const values = whole ?? valuesAt(part, image, size, 1);
      const shape = sizesOf(values.get(name));
      const mean = lastMean(part, values);
      if (mean !== undefined) offered.push(mean);
      const rank = NAMED.findIndex((word) => word.test(name));
      if (shape.length === 2) tokens.push({ value: name, shape, why: `output ${name}` });
      else if (shape.length !== 1) throw new MalformedError(describe(values.get(name)));
      else if (rank === -1) {
        offered.push({ value: name, shape, why: `output ${name} as it is` });
        read.push(readByClassifier(part, image.name, name, values));
      } else
        named.push({ value: name, shape, rank, why: `output ${name} is named as features are` });
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      refused.push(`${name} (${error.message})`);
    }
  }
  named.sort((a, b) => a.rank - b.rank);
  return { candidates: [...named, ...read, ...tokens], offered, refused };
}

/** Of all outputs at once; undefined where one of them cannot be computed: others may. */
function valuesOf(graph: OnnxGraph, names: readonly string[], image: ImageInput, size: number) {
  try {
    return valuesAt(partFor(graph, ...names), image, size, 1);
  } catch (error) {
    if (error instanceof MalformedError) return undefined;
    throw error;
  }
}

/** What an explanation needs, where the features are computed from it. */
function lastMean(part: OnnxGraph, values: ReadonlyMap<string, Value>): Candidate | undefined {
  const makers = makersIn(part);
  const node = part.nodes.findLast(
    ({ op, outputs }) =>
      MEANS.includes(op) && averagedMap(outputs[0], makers, values) !== undefined,
  );
  if (node === undefined) return undefined;
  const [value] = node.outputs;
  const shape = sizesOf(values.get(value));
  return { value, shape, why: 'the last mean over places, which --explain can show' };
}

/** The float input of the last layer with weights before an output; @throws MalformedError for none */
function readByClassifier(
  part: OnnxGraph,
  image: string,
  output: string,
  values: ReadonlyMap<string, Value>,
): Candidate {
  const makers = makersIn(part);
  const ofImage = valuesOfImage(part, image);
  let name = output;
  let hasScores = false;
  for (;;) {
    const node = makers.get(name);
    if (node === undefined) throw new MalformedError('no layer before it');
    const from = node.inputs.slice(0, 2).filter((input) => ofImage.has(input));
    if (LINEAR.includes(node.op) && from.length === 1 && isLinear(node, values)) {
      const quantised = makers.get(from[0]);
      const value = quantised?.op === 'DynamicQuantizeLinear' ? quantised.inputs[0] : from[0];
      const shape = sizesOf(values.get(value));
      if (shape.length !== 1) throw new MalformedError(`${node.op} of ${shape.join('x')} features`);
      return { value, shape, why: `what the last ${node.op} before output ${output} reads` };
    }
    const next = nextBack(node, from, values);
    if (next === undefined) {
      // The whole output of a network without a classifier is its features; scores are not.
      if (hasScores || JOINS.includes(node.op)) {
        throw new MalformedError(`${node.op} in place of one last layer with weights`);
      }
      const why = `output ${output} ends in ${node.op}, no classifier`;
      return { value: output, shape: sizesOf(values.get(output)), why };
    }
    hasScores ||= SCORES.includes(node.op);
    name = next;
  }
}

/** Of each image one row, times weights. */
function isLinear({ op, inputs, attributes = {} }: OnnxNode, values: ReadonlyMap<string, Value>) {
  if (!op.startsWith('Conv')) return true;
  const { group } = attributes;
  const isWhole = group === undefined || ('int' in group && group.int === 1);
  const sizes = [0, 1].flatMap((index) => values.get(inputs[index])?.shape.slice(2) ?? []);
  return isWhole && sizes.every((one) => one === 1);
}

/** The input of an operator that is passed over: a bias and the scale of quantised layers are no rows. */
function nextBack(
  { op, inputs }: OnnxNode,
  from: readonly string[],
  values: ReadonlyMap<string, Value>,
): string | undefined {
  if (PASSED.includes(op)) return inputs[0];
  if (op !== 'Add' && op !== 'Mul') return undefined;
  const rankOf = (name: string) => values.get(name)?.shape.length ?? 0;
  const rows = from.filter((name) => rankOf(name) > 1);
  return rows.length === 1 ? rows[0] : undefined;
}

/** Of one image: `[features]`, also as a map of one place, `[tokens, features]`, or more; none: no numbers of it. */
function sizesOf(value: Value | undefined): readonly number[] {
  const [images, ...sizes] = value?.shape ?? [];
  const isNumber = value !== undefined && FLOATS.includes(value.type);
  if (!isNumber || images !== 1 || sizes.length === 0) return [];
  const count = product(sizes);
  return sizes.includes(count) ? [count] : sizes;
}

function describe(value: Value | undefined): string {
  return value === undefined ? 'not there' : `${value.type} ${value.shape.join('x')}`;
}

/** Of a value that the user names. */
function sizesAt(
  graph: OnnxGraph,
  image: ImageInput,
  size: number,
  name: string,
  file: string,
): readonly number[] {
  let value: Value | undefined;
  try {
    value = valuesAt(partFor(graph, name), image, size, 1).get(name);
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    throw new UnfitError(
      `expected a value ${name} that can be computed in ${file}, found ${error.message}`,
      { hint: 'name another one: --embedding NAME', cause: error },
    );
  }
  const sizes = sizesOf(value);
  if (sizes.length > 2) return [product(sizes)];
  if (sizes.length > 0) return sizes;
  const outputs = examplesOf(graph.outputs.map((output) => output.name));
  const found = value === undefined ? `only others, such as ${outputs}` : describe(value);
  throw new UnfitError(`expected numbers for each image at ${name} in ${file}, found ${found}`, {
    hint: `imgdiag extractor info ${shellWord(file)} lists what can be chosen`,
  });
}
