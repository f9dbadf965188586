// manifest.json of a model folder: what the model is, and the hash of every file it consists of.

import * as v from 'valibot';
import { messageOf, UnfitError } from '../base/errors.ts';
import { hashOfData } from '../base/hash.ts';

/** Raised when a reader of the older schema would misunderstand the file. */
export const SCHEMA_VERSION = 1;

/** Names inside a model folder. */
export const MANIFEST = 'manifest.json';
export const VERSIONS = 'versions';

/** The files of a model, relative to its version folder: no other name is ever opened. */
export const FILE_NAMES = [
  'model.onnx',
  'labels.txt',
  'evaluation.json',
  'head/model.json',
  'head/weights.bin',
] as const;
export type FileName = (typeof FILE_NAMES)[number];

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const sha = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const byte = v.pipe(count, v.maxValue(255));
const fileEntry = v.strictObject({ bytes: count, sha256: sha });
const perSet = <T extends v.GenericSchema>(schema: T) =>
  v.strictObject({ training: schema, validation: schema, testing: schema });

const RecipeSchema = v.strictObject({
  version: v.literal(1),
  size: v.pipe(count, v.minValue(1), v.maxValue(4096)),
  orientation: v.literal('exif'),
  colour: v.literal('srgb'),
  background: v.tuple([byte, byte, byte]),
  fit: v.literal('fill'),
  kernel: v.literal('linear'),
  shrink_on_load: v.boolean(),
  range: v.tuple([v.number(), v.number()]),
});

const EvaluationSchema = v.nullable(
  v.strictObject({
    images: count,
    correct: count,
    accuracy: share,
    cross_entropy: v.number(),
    majority_baseline: v.strictObject({ label: v.string(), accuracy: share }),
    confusion: v.array(v.array(count)),
  }),
);

const ManifestSchema = v.strictObject({
  format: v.literal('imgdiag-model'),
  schema_version: v.literal(SCHEMA_VERSION),
  /** Folder below `versions/` that holds the files. */
  version: v.pipe(v.string(), v.check(isVersionName, 'no version name')),
  tool: v.string(),
  runtime: v.string(),
  decoder: v.string(),
  labels: v.pipe(v.array(v.string()), v.minLength(2)),
  extractor: v.strictObject({
    id: v.string(),
    weights_sha256: sha,
    embedding_node: v.string(),
    feature_size: v.pipe(count, v.minValue(1)),
    licence: v.string(),
    source: v.string(),
  }),
  recipe: RecipeSchema,
  /** Of the training features; already folded into every saved head. */
  standardisation: v.strictObject({ mean: v.array(v.number()), scale: v.array(v.number()) }),
  /** Divides the logits; 1 leaves them alone. */
  calibration: v.strictObject({ method: v.literal('none'), temperature: v.literal(1) }),
  training: v.strictObject({
    optimizer: v.literal('sgd'),
    steps: count,
    batch_size: count,
    learning_rate: v.number(),
    eval_step_interval: count,
    seed: v.number(),
  }),
  split: v.strictObject({
    rule: v.literal('sha1-percentage'),
    testing_percentage: v.number(),
    validation_percentage: v.number(),
    /** What cannot stand on both sides: identical bytes, and names with one `_nohash_` prefix. */
    disjoint_by: v.literal('content'),
    units: perSet(count),
    /** Images of each label, in label order. */
    images: perSet(v.array(count)),
  }),
  data: v.strictObject({ images: count, skipped: count, fingerprint: sha }),
  evaluation: perSet(EvaluationSchema),
  files: v.strictObject({
    'model.onnx': fileEntry,
    'labels.txt': fileEntry,
    'evaluation.json': fileEntry,
    'head/model.json': fileEntry,
    'head/weights.bin': fileEntry,
  } satisfies Record<FileName, unknown>),
});

export type Manifest = v.InferOutput<typeof ManifestSchema>;

/**
 * @param where the file's path, for messages
 * @throws UnfitError when it is no manifest, or of another schema version
 */
export function parseManifest(text: string, where: string): Manifest {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw damaged(where, messageOf(error), error);
  }
  const head = v.safeParse(
    v.object({ format: v.literal('imgdiag-model'), schema_version: v.number() }),
    data,
  );
  if (!head.success) throw damaged(where, 'it is not an imgdiag manifest');
  if (head.output.schema_version !== SCHEMA_VERSION) {
    throw new UnfitError(
      `expected a model of schema version ${SCHEMA_VERSION} in ${where}, found version ${head.output.schema_version}`,
      {
        code: 'model_schema',
        hint: 'use the imgdiag version that saved the model, or run imgdiag retrain again',
      },
    );
  }
  const parsed = v.safeParse(ManifestSchema, data);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw damaged(where, `${v.getDotPath(issue) ?? 'it'}: ${issue.message}`);
  }
  const { version, ...rest } = parsed.output;
  if (version !== versionOf(rest)) throw damaged(where, 'its content is not what was saved');
  return parsed.output;
}

/** The name of a version: 16 digits of the hash of everything that the manifest says of it. */
export function versionOf(content: Omit<Manifest, 'version'>): string {
  return hashOfData(content).slice(0, 16);
}

export function isVersionName(name: string): boolean {
  return /^[0-9a-f]{16}$/.test(name);
}

function damaged(where: string, reason: string, cause?: unknown): UnfitError {
  return new UnfitError(`expected an imgdiag model in ${where}, but it is damaged (${reason})`, {
    code: 'model_damaged',
    hint: 'run imgdiag retrain again, or give another --model_dir',
    cause,
  });
}
