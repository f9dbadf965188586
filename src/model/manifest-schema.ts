// The fields of manifest.json with their types; anything else is refused.

import * as v from 'valibot';
import { labelFault } from '../data/labels.ts';
import { EXTRACTOR_ID, MAX_IMAGE_SIZE } from '../extractor/extractor.ts';
import { HUB_ID } from '../extractor/fetch/hub-name.ts';
import { FITS, KERNELS } from '../images/preprocessing.ts';

/** Raised when a reader of the older schema would misunderstand the file. */
export const SCHEMA_VERSION = 4;

/** Names inside a model folder. */
export const MANIFEST = 'manifest.json';
export const VERSIONS = 'versions';
export const LOCK = '.lock';

/** The files of a model, relative to its version folder: no other name is ever opened. */
export const FILE_NAMES = [
  'model.onnx',
  'labels.txt',
  'evaluation.json',
  'split.json',
  'out_of_distribution.bin',
  'head/model.json',
  'head/weights.bin',
] as const;
export type FileName = (typeof FILE_NAMES)[number];

/** The name of a version: 16 digits of a hash. */
export function isVersionName(name: string): boolean {
  return /^[0-9a-f]{16}$/.test(name);
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const sha = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
/** `--sort_into` makes a folder of each: the labels of a stranger's model must not lead out of there. */
const label = v.pipe(
  v.string(),
  v.check(
    (name) => labelFault(name) === undefined,
    ({ input }) => labelFault(input) ?? '',
  ),
);
const byte = v.pipe(count, v.maxValue(255));
/** Maximum file sizes that a manifest may state, in bytes: Inception V3 has 95 MB. */
export const MAX_NETWORK_BYTES = 2 ** 31 - 1;
export const MAX_FILE_BYTES = 64e6;
const fileEntry = (max: number) =>
  v.strictObject({ bytes: v.pipe(count, v.maxValue(max)), sha256: sha });
const perSplit = <T extends v.GenericSchema>(schema: T) =>
  v.strictObject({ training: schema, validation: schema, testing: schema });

const finite = v.pipe(v.number(), v.finite());
const positive = v.pipe(finite, v.gtValue(0));
const rgb = <T extends v.GenericSchema>(one: T) =>
  v.pipe(v.strictTuple([one, one, one]), v.readonly());

const PreprocessingSchema = v.strictObject({
  version: v.literal(2),
  size: v.pipe(count, v.minValue(1), v.maxValue(MAX_IMAGE_SIZE)),
  orientation: v.literal('exif'),
  colour: v.literal('srgb'),
  background: rgb(byte),
  fit: v.picklist(FITS),
  crop_share: v.pipe(positive, v.maxValue(1)),
  kernel: v.picklist(KERNELS),
  shrink_on_load: v.boolean(),
  mean: rgb(finite),
  std: rgb(positive),
  /** Missing in models of before it. */
  pixel_range: v.optional(
    v.nullable(
      v.pipe(
        v.strictTuple([finite, finite]),
        v.check(([low, high]) => low < high, 'the first number must be the smaller one'),
        v.readonly(),
      ),
    ),
    null,
  ),
  damaged: v.picklist(['refuse', 'use']),
});

/** A simpler rule on the same images. */
const baseline = v.strictObject({ accuracy: share, balanced_accuracy: share });

const HELD_OUT = ['out-of-fold predictions', 'validation images'] as const;

const EvaluationSchema = v.nullable(
  v.strictObject({
    images: count,
    correct: count,
    accuracy: share,
    balanced_accuracy: share,
    log_loss: v.number(),
    majority_baseline: v.strictObject({ label: v.string(), accuracy: share }),
    /** The label with the nearest mean of the features. */
    nearest_centroid_baseline: baseline,
    /** A head on brightness, contrast, width, height, aspect ratio and file size alone. */
    metadata_baseline: baseline,
    confusion: v.array(v.array(count)),
  }),
);

/** Over the folds. */
const spread = v.strictObject({ mean: v.number(), sd: v.number() });

const spreads = v.strictObject({ accuracy: spread, balanced_accuracy: spread });

const CrossValidationSchema = v.strictObject({
  folds: count,
  images: count,
  accuracy: spread,
  balanced_accuracy: spread,
  /** Null where a fold lacked a label. */
  auc: v.nullable(spread),
  majority_baseline: v.strictObject({ accuracy: spread }),
  nearest_centroid_baseline: spreads,
  metadata_baseline: spreads,
});

const AugmentationSchema = v.strictObject({
  copies: count,
  flip_left_right: v.boolean(),
  random_crop: v.number(),
  random_scale: v.number(),
  random_brightness: v.number(),
  random_rotation: v.number(),
  /** Of the validation images with and without augmentation; null without validation images. */
  validation_log_loss: v.nullable(v.strictObject({ with: v.number(), without: v.number() })),
});

/** Temperature scaling: the logits are divided by `temperature` before the softmax. */
const CalibrationSchema = v.strictObject({
  method: v.picklist(['none', 'temperature']),
  /** 1: logits unchanged. */
  temperature: v.pipe(v.number(), v.minValue(0.25), v.maxValue(10)),
  /** The predictions that it was fitted on; null when nothing was fitted. */
  fitted_on: v.nullable(v.picklist(HELD_OUT)),
  images: count,
  /** Why the temperature is 1. */
  reason: v.nullable(v.string()),
  /** Of those predictions, cross-fitted: each with the temperature of the other folds. */
  before: v.nullable(v.strictObject({ log_loss: v.number(), ece: share })),
  after: v.nullable(v.strictObject({ log_loss: v.number(), ece: share })),
});

/** A threshold on the score of one label. */
const OperatingPointSchema = v.strictObject({
  positive: v.string(),
  /** Positive at this score or above. */
  threshold: share,
  rule: v.picklist(['sensitivity', 'specificity', 'youden']),
  /** The minimum requested; null for Youden's index. */
  target: v.nullable(share),
  chosen_on: v.picklist(HELD_OUT),
  images: count,
  positives: count,
  /** On the predictions that it was chosen on. */
  sensitivity: share,
  specificity: share,
});

/** Out-of-distribution detection, with the parameters in out_of_distribution.bin. */
const OutOfDistributionSchema = v.strictObject({
  /** Number of images that it was fitted on. */
  images: count,
  /** Distance above which an image is out-of-distribution; 1 in 20 held-out images is above it. */
  threshold: v.number(),
});

export const ManifestSchema = v.strictObject({
  format: v.literal('imgdiag-model'),
  schema_version: v.literal(SCHEMA_VERSION),
  /** Folder of the files, below `versions/`. */
  version: v.pipe(v.string(), v.check(isVersionName, 'not a version name')),
  tool: v.string(),
  runtime: v.string(),
  decoder: v.string(),
  labels: v.pipe(v.array(label), v.minLength(2)),
  extractor: v.strictObject({
    id: v.pipe(
      v.string(),
      v.check((id) => EXTRACTOR_ID.test(id) || HUB_ID.test(id), 'not the name of an extractor'),
    ),
    weights_sha256: sha,
    embedding_node: v.string(),
    feature_size: v.pipe(count, v.minValue(1)),
    /** 1: the network takes one image at a time, or gives other results for several; null: any number. */
    images_at_once: v.nullable(v.literal(1)),
    licence: v.string(),
    source: v.string(),
  }),
  /** How a file becomes the network's input. */
  preprocessing: PreprocessingSchema,
  /** Of the training features; folded into every saved head. */
  standardisation: v.strictObject({ mean: v.array(v.number()), scale: v.array(v.number()) }),
  calibration: CalibrationSchema,
  operating_point: v.nullable(OperatingPointSchema),
  out_of_distribution: v.nullable(OutOfDistributionSchema),
  training: v.strictObject({
    optimizer: v.picklist(['lbfgs', 'sgd', 'adam']),
    /** Steps taken before the refit; L-BFGS stops once converged. */
    steps: count,
    converged: v.boolean(),
    stopped_early: v.boolean(),
    l2: v.number(),
    l2_chosen_by: v.picklist(['given', 'validation', 'inner folds', 'default']),
    /** Held-out log loss of each strength tried. */
    l2_path: v.array(v.strictObject({ l2: v.number(), log_loss: v.number() })),
    learning_rate: v.nullable(v.number()),
    hidden_units: count,
    /** What the saved head was finally fitted on. */
    fitted_on: v.picklist(['training', 'training and validation']),
    augmentation: v.nullable(AugmentationSchema),
    /** Version of the model whose head it started from. */
    init_from: v.nullable(v.string()),
  }),
  /** Expected label shares, to which the probabilities are corrected, in label order. */
  prevalence: v.strictObject({
    source: v.picklist(['training', 'stated']),
    shares: v.array(share),
  }),
  split: v.strictObject({
    rule: v.picklist(['sha1-percentage', 'given']),
    testing_percentage: v.number(),
    validation_percentage: v.number(),
    /** Where groups come from. */
    grouping: v.string(),
    /** What no two splits share: `content` is identical bytes or `_nohash_` names. */
    disjoint_by: v.picklist(['file', 'content', 'group']),
    /** Number of units in each split. */
    units: perSplit(count),
    /** Number of groups in each split; null without groups. */
    groups: v.nullable(perSplit(count)),
    /** Images of each label, in label order. */
    images: perSplit(v.array(count)),
  }),
  data: v.strictObject({ images: count, skipped: count, fingerprint: sha }),
  /** Validation metrics are those of the head before it was refitted on these images too. */
  evaluation: perSplit(EvaluationSchema),
  cross_validation: v.nullable(CrossValidationSchema),
  /** Every option that affects the result, resolved. */
  options: v.record(
    v.string(),
    v.nullable(v.union([v.string(), v.number(), v.boolean(), v.array(v.string())])),
  ),
  /** Hash over all inputs: if equal, training again would change nothing. */
  run: sha,
  files: v.strictObject({
    'model.onnx': fileEntry(MAX_NETWORK_BYTES),
    'labels.txt': fileEntry(MAX_FILE_BYTES),
    'evaluation.json': fileEntry(MAX_FILE_BYTES),
    'split.json': fileEntry(MAX_FILE_BYTES),
    /** Null in a model of schema 1. */
    'out_of_distribution.bin': v.nullable(
      v.strictObject({
        ...fileEntry(MAX_FILE_BYTES).entries,
        /** Its name in a model of schema 2. */
        saved_as: v.optional(v.literal('familiarity.bin')),
      }),
    ),
    'head/model.json': fileEntry(MAX_FILE_BYTES),
    'head/weights.bin': fileEntry(MAX_FILE_BYTES),
  } satisfies Record<FileName, unknown>),
});

export type Manifest = v.InferOutput<typeof ManifestSchema>;
