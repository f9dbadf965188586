// Reads a TensorFlow.js graph model (model.json and weight shards) into checked nodes and weights.

import path from 'node:path';
import * as v from 'valibot';
import { messageOf, systemCode, UnfitError } from '../../base/errors.ts';
import { sha256 } from '../../base/hash.ts';
import { issueText } from '../../base/issue.ts';
import { withoutReturns } from '../../base/line-ends.ts';
import { readBounded, requireWithin, UNFIT_FILE } from '../../base/read-bounded.ts';
import { standInOf } from '../../images/formats.ts';
import { decodeWeights, type TfjsWeight, WeightSchema, weightBytes } from './weights.ts';

/** In bytes: Inception V3 has 0.2 MB, and weights of 95 MB. */
const MAX_TOPOLOGY_BYTES = 16e6;
const MAX_WEIGHT_BYTES = 512e6;
/** What stands in a file's place, such as an HTML page, is named even if it is larger than the file. */
const STAND_IN_BYTES = 1e6;

/** The files of a graph model. */
export interface TfjsFiles {
  /** Bytes of model.json. */
  readonly topology: Uint8Array;
  /** Weight files in the order in which model.json lists them. */
  readonly shards: readonly Uint8Array[];
}

/** An attribute of a node: one field, by its type, as in TensorFlow's `AttrValue`. */
export interface TfjsAttribute {
  readonly text?: string;
  readonly integer?: number;
  readonly float?: number;
  readonly flag?: boolean;
  readonly integers?: readonly number[];
  readonly texts?: readonly string[];
  /** `DT_FLOAT` */
  readonly type?: string;
  /** A shape; -1 is any size. */
  readonly dims?: readonly number[];
}

export interface TfjsNode {
  readonly name: string;
  readonly op: string;
  /** Names as written: `node`, `node:1` for a second output, `^node` for a control edge. */
  readonly inputs: readonly string[];
  readonly attributes: ReadonlyMap<string, TfjsAttribute>;
}

export interface TfjsGraph {
  readonly nodes: ReadonlyMap<string, TfjsNode>;
  /** Values of the `Const` nodes, by node name. */
  readonly weights: ReadonlyMap<string, TfjsWeight>;
}

/**
 * Reads `model.json` and the weight files that it names.
 * @throws UnfitError when a file is missing or outside `folder`
 */
export async function readTfjsFolder(folder: string): Promise<TfjsFiles> {
  // Its hash tells the extractor: line ends that git has changed do not make it another one.
  const topology = withoutReturns(await readPart(folder, 'model.json', MAX_TOPOLOGY_BYTES));
  const { weightsManifest } = parseTopology(topology);
  const read = new Set<string>();
  const shards: Uint8Array[] = [];
  let total = 0;
  for (const { paths, weights } of weightsManifest) {
    let left = weightBytes(weights);
    total += left;
    if (!(total <= MAX_WEIGHT_BYTES)) throw malformed(`weights of ${total} bytes`);
    for (const name of paths) {
      if (read.has(name)) throw malformed(`the weight file ${name} twice`);
      read.add(name);
      const bytes = await readPart(folder, name, Math.max(left, STAND_IN_BYTES));
      left -= bytes.length;
      if (left < 0) throw malformed(`${-left} bytes more in ${name} than it states`);
      shards.push(bytes);
    }
  }
  return { topology, shards };
}

/** @throws UnfitError when the model is malformed, truncated, or not supported. */
export function parseTfjsGraph({ topology, shards }: TfjsFiles): TfjsGraph {
  const model = parseTopology(topology);
  const nodes = new Map<string, TfjsNode>();
  for (const { name, op, input, attr } of model.modelTopology.node) {
    if (nodes.has(name)) throw malformed(`node ${name} occurs twice`);
    const attributes = new Map(Object.entries(attr).map(([key, raw]) => [key, decode(raw)]));
    nodes.set(name, { name, op, inputs: input, attributes });
  }
  return { nodes, weights: decodeWeights(model.weightsManifest, shards) };
}

/** Identifies a graph model: SHA-256 of the SHA-256 sums of model.json and each shard. */
export function hashOfTfjsFiles({ topology, shards }: TfjsFiles): string {
  return sha256([topology, ...shards].map((bytes) => sha256(bytes)).join('\n'));
}

const Integer = v.pipe(v.union([v.string(), v.number()]), v.transform(Number), v.safeInteger());
const Float = v.pipe(v.union([v.string(), v.number()]), v.transform(Number), v.number());

const AttributeSchema = v.object({
  s: v.optional(v.string()),
  i: v.optional(Integer),
  f: v.optional(Float),
  b: v.optional(v.boolean()),
  type: v.optional(v.union([v.string(), v.number()])),
  shape: v.optional(
    v.object({ dim: v.optional(v.array(v.object({ size: v.optional(Integer, 0) }))) }),
  ),
  list: v.optional(
    v.object({ i: v.optional(v.array(Integer)), s: v.optional(v.array(v.string())) }),
  ),
});

const ModelSchema = v.object({
  format: v.optional(v.literal('graph-model'), 'graph-model'),
  modelTopology: v.object({
    node: v.array(
      v.object({
        name: v.string(),
        op: v.string(),
        input: v.optional(v.array(v.string()), []),
        attr: v.optional(v.record(v.string(), AttributeSchema), {}),
      }),
    ),
  }),
  weightsManifest: v.array(
    v.object({ paths: v.array(v.string()), weights: v.array(WeightSchema) }),
  ),
});

/** As Teachable Machine and `model.save` of TensorFlow.js write it, with a format or without. */
const LayersModelSchema = v.union([
  v.object({ format: v.literal('layers-model') }),
  v.object({ modelTopology: v.object({ model_config: v.object({}) }) }),
  v.object({ modelTopology: v.object({ class_name: v.string() }) }),
]);

function parseTopology(topology: Uint8Array): v.InferOutput<typeof ModelSchema> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(topology));
  } catch (error) {
    throw malformed(messageOf(error), error);
  }
  if (v.is(LayersModelSchema, json)) {
    throw new UnfitError(
      'expected a TensorFlow.js graph model in model.json, found a Keras layers model',
      {
        hint: 'tensorflowjs_converter --input_format=tfjs_layers_model --output_format=tfjs_graph_model model.json OUT makes a graph model of it in the folder OUT',
      },
    );
  }
  const parsed = v.safeParse(ModelSchema, json);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw malformed(`${v.getDotPath(issue) ?? 'the file'}: ${issueText(issue)}`);
}

function decode(raw: v.InferOutput<typeof AttributeSchema>): TfjsAttribute {
  const integers = raw.list?.i ?? (raw.list === undefined ? undefined : []);
  return {
    ...(raw.s !== undefined && { text: fromBase64(raw.s) }),
    ...(raw.i !== undefined && { integer: raw.i }),
    ...(raw.f !== undefined && { float: raw.f }),
    ...(raw.b !== undefined && { flag: raw.b }),
    ...(typeof raw.type === 'string' && { type: raw.type }),
    ...(raw.shape?.dim !== undefined && { dims: raw.shape.dim.map(({ size }) => size) }),
    ...(integers !== undefined && { integers }),
    ...(raw.list?.s !== undefined && { texts: raw.list.s.map(fromBase64) }),
  };
}

function fromBase64(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8');
}

async function readPart(folder: string, name: string, maxBytes: number): Promise<Uint8Array> {
  const file = path.resolve(folder, name);
  const inside = path.relative(folder, file);
  const outside = inside === '' || inside.split(path.sep)[0] === '..' || path.isAbsolute(inside);
  if (outside || /^[a-z]+:|\\/i.test(name)) {
    throw new UnfitError(
      `expected the weight files of ${path.join(folder, 'model.json')} inside its folder, found ${name}`,
      { hint: 'put the files next to model.json, and name them in it by file name' },
    );
  }
  try {
    await requireWithin(folder, file);
    const bytes = await readBounded(file, maxBytes);
    const other = standInOf(bytes);
    if (other === undefined) return bytes;
    const message = `expected a part of a TensorFlow.js graph model in ${file}, found ${other.name}`;
    throw new UnfitError(message, { hint: other.hint });
  } catch (error) {
    if (error instanceof UnfitError) throw error;
    const but = systemCode(error) === UNFIT_FILE ? `, but it` : ':';
    throw new UnfitError(`expected to read ${file}${but} ${messageOf(error)}`, {
      hint: 'a TensorFlow.js graph model is a folder with model.json and its weight files (*.bin)',
      cause: error,
    });
  }
}

function malformed(found: string, cause?: unknown): UnfitError {
  return new UnfitError(`expected a TensorFlow.js graph model in model.json, found ${found}`, {
    hint: 'convert a saved model with tensorflowjs_converter --output_format=tfjs_graph_model',
    cause,
  });
}
