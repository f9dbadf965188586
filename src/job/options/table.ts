// Everything `retrain` can be told: one row an option, from which come its default, its help, its
// type, and what a model records of it.

import {
  COUNT,
  choice,
  flag,
  maybe,
  number,
  type OptionSpec,
  OUTPUT,
  PERCENT,
  POSITIVE,
  type Range,
  RESULT,
  text,
  texts,
  whole,
} from './kinds.ts';

export type { OptionSpec } from './kinds.ts';

/** A rate that can be missed and reached. */
const RATE: Range = { above: 0, below: 1 };

/** Sections of the help, in order; option names are those of the command line. */
export const OPTION_TABLE = {
  Data: {
    image_dir: text(undefined, '<dir>', 'folder of label folders, e.g. photos/cats', OUTPUT),
    manifest: text(
      undefined,
      '<file>',
      'instead: a CSV of path,label and perhaps split,group; - reads stdin',
      OUTPUT,
    ),
    group_by: text(
      undefined,
      '<regex>',
      'its first capture group of the path names a patient; groups are not split',
      RESULT,
    ),
    testing_percentage: number(10, '<percent>', 'share for the final test', PERCENT),
    validation_percentage: number(10, '<percent>', 'share for validation', PERCENT),
    damaged: choice('refuse', ['refuse', 'use'], 'files that are cut short or damaged'),
    max_pixels: {
      ...whole(100_000_000, '<n>', 'refuse larger images, by their header', POSITIVE),
      saved: OUTPUT,
    },
    folds: whole(0, '<k>', 'cross-validate as well, in so many folds', COUNT),
  },
  Features: {
    extractor: text(
      'mobilenet_v1_025_224',
      '<name>',
      'pretrained network, or a folder with one',
      RESULT,
    ),
    engine: choice(
      'auto',
      ['auto', 'onnx', 'tfjs'],
      'ONNX Runtime, TensorFlow.js, or what loads',
      OUTPUT,
    ),
    image_size: maybe('whole', '<pixels>', 'side of the network input, a multiple of 32', {
      from: 1,
    }),
    bottleneck_dir: text(
      undefined,
      '<dir>',
      "cache folder (default: the user's cache directory)",
      OUTPUT,
    ),
    flip_left_right: flag('augment: mirror half of the copies', RESULT),
    random_crop: number(0, '<percent>', 'augment: margin to crop off', PERCENT),
    random_scale: number(0, '<percent>', 'augment: scale up by up to this', PERCENT),
    random_brightness: number(0, '<percent>', 'augment: brighten or darken by up to this', PERCENT),
    random_rotation: number(0, '<degrees>', 'augment: turn by up to this', { from: 0, to: 180 }),
    augment_copies: whole(
      4,
      '<n>',
      'copies of each training image when any of these is set',
      POSITIVE,
    ),
  },
  Head: {
    optimizer: choice('lbfgs', ['lbfgs', 'sgd', 'adam'], 'L-BFGS on all images, or mini-batches'),
    steps: whole(500, '<n>', 'training steps; L-BFGS ends earlier once it has converged', POSITIVE),
    train_batch_size: whole(100, '<n>', 'images per step of sgd and adam', POSITIVE),
    learning_rate: maybe('number', '<rate>', 'of sgd (default: 0.01) and adam (default: 0.001)', {
      above: 0,
    }),
    learning_rate_schedule: choice('constant', ['constant', 'cosine'], 'of sgd and adam'),
    l2: maybe(
      'number',
      '<strength>',
      'penalty on the weights (default: chosen on held-out images)',
      { from: 0 },
    ),
    label_smoothing: number(0, '<share>', 'share of each target spread over all labels', {
      from: 0,
      below: 1,
    }),
    class_weights: choice(
      'none',
      ['none', 'balanced'],
      'weigh labels alike, however many images each has',
    ),
    prevalence: texts(
      '<label=share>',
      'expected share of a label where the model will be used; may be repeated',
      RESULT,
    ),
    hidden_units: whole(0, '<n>', 'size of a hidden layer; 0 for none', { from: 0, to: 4096 }),
    early_stopping_patience: whole(
      0,
      '<n>',
      'stop after so many log lines without a better validation loss; 0: never',
      COUNT,
    ),
    eval_step_interval: whole(10, '<n>', 'steps between log lines', POSITIVE),
    seed: whole(0, '<n>', 'decides batches, folds and augmentation', COUNT),
    init_from: text(
      undefined,
      '<dir>',
      'start from the head of another model, labels matched by name',
      OUTPUT,
    ),
  },
  Evidence: {
    calibration: choice(
      'temperature',
      ['temperature', 'none'],
      'fit a temperature to held-out predictions, so that scores mean what they say',
    ),
    positive: text(
      undefined,
      '<label>',
      'choose a threshold for this label; by Youden, or by a target below',
      RESULT,
    ),
    target_sensitivity: maybe('number', '<share>', 'of --positive that is to be found', RATE),
    target_specificity: maybe('number', '<share>', 'of the others that is to be left', RATE),
    min: texts(
      '<metric=value>',
      'save only if the test metric reaches it, e.g. accuracy=0.9; may be repeated',
      OUTPUT,
    ),
    report_dir: text(
      undefined,
      '<dir>',
      'where the report and tables go (default: <model_dir>_report)',
      OUTPUT,
    ),
    no_report: flag('write no report', OUTPUT),
    no_images: flag('leave images out of the report', OUTPUT),
  },
  Output: {
    model_dir: text('./imgdiag_model', '<dir>', 'where the model is saved', OUTPUT),
    force: flag('train even when nothing has changed', OUTPUT),
    like: text(
      undefined,
      '<dir>',
      'repeat the options of another model; options given here come first',
      OUTPUT,
    ),
    output_graph: text(
      undefined,
      '<file>',
      'write the network there as well, as one ONNX file',
      OUTPUT,
    ),
    output_labels: text(undefined, '<file>', 'write the labels there as well', OUTPUT),
    final_tensor_name: text(
      'probabilities',
      '<name>',
      'name of the scores in --output_graph',
      OUTPUT,
    ),
    saved_model_dir: text(undefined, '<dir>', 'save the model there as well', OUTPUT),
    summaries_dir: text(undefined, '<dir>', 'write TensorBoard event files there', OUTPUT),
    intermediate_store_frequency: {
      ...whole(0, '<n>', 'store the network every so many steps', COUNT),
      saved: OUTPUT,
    },
    intermediate_output_graphs_dir: text(undefined, '<dir>', 'where to store it', OUTPUT),
    print_misclassified_test_images: flag('list the test images that were scored wrongly', OUTPUT),
    logging_verbosity: choice(
      'INFO',
      ['DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'],
      'what goes to stderr',
      OUTPUT,
    ),
    test_batch_size: {
      ...whole(-1, '<n>', 'accepted for old scripts: every test image is scored', { from: -1 }),
      saved: OUTPUT,
    },
    validation_batch_size: {
      ...whole(-1, '<n>', 'accepted for old scripts: every validation image is scored', {
        from: -1,
      }),
      saved: OUTPUT,
    },
  },
} as const;

type Table = typeof OPTION_TABLE;
type Specs = Table['Data'] &
  Table['Features'] &
  Table['Head'] &
  Table['Evidence'] &
  Table['Output'];
type ValueOf<S> = S extends OptionSpec<infer T> ? T : never;

/** What `retrain` is told, named as on the command line. */
export type RetrainOptions = { readonly [Name in keyof Specs]: ValueOf<Specs[Name]> };

export const OPTION_SPECS: Specs = Object.assign({}, ...Object.values(OPTION_TABLE));

/** Every option at its default. */
export const RETRAIN_DEFAULTS = Object.fromEntries(
  Object.entries(OPTION_SPECS).map(([name, { fallback }]) => [name, fallback]),
) as RetrainOptions;
