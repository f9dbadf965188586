// Every command: summary, examples, and options by the headings of its help.

import type { Row } from './row.ts';
import { pick, ROWS } from './rows.ts';

export interface CommandSpec {
  readonly summary: string;
  /** For the help, where there is more to say than the summary. */
  readonly description?: string;
  /** At least one; errors about missing options show the first. */
  readonly examples: readonly string[];
  /** Heading to rows by name. Rows under `Arguments` are positional. */
  readonly sections: Readonly<Record<string, Readonly<Record<string, Row>>>>;
}

const SPLIT = pick('testing_percentage', 'validation_percentage');
const PREPROCESSING = pick('fit', 'crop_share', 'kernel', 'mean', 'std', 'pixel_range');
const CACHE = { Options: pick('bottleneck_dir') };

/** In the order of the help. `cache info` is a subcommand of `cache`. */
export const COMMANDS = {
  retrain: {
    summary: 'train a classifier on a folder with one folder of images per label',
    examples: [
      'imgdiag retrain --image_dir ./healthdiag',
      'imgdiag retrain --image_dir ./healthdiag --steps 500 --model_dir ./legs',
      "imgdiag retrain --image_dir ./xrays --group_by '(patient\\d+)' --folds 5",
    ],
    sections: {
      Data: {
        ...pick('image_dir', 'manifest', 'layout', 'follow_links', 'group_by'),
        ...SPLIT,
        ...pick('damaged', 'max_pixels', 'folds'),
      },
      Features: {
        ...pick('extractor', 'embedding', 'token', 'allow_fetch', 'engine', 'image_size'),
        ...PREPROCESSING,
        ...pick('bottleneck_dir'),
        ...pick('flip_left_right'),
        ...pick('random_crop', 'random_scale', 'random_brightness', 'random_rotation'),
        ...pick('augment_copies'),
      },
      Head: {
        ...pick('optimizer', 'steps', 'train_batch_size', 'learning_rate'),
        ...pick('learning_rate_schedule', 'l2', 'label_smoothing', 'class_weights'),
        ...pick('prevalence', 'hidden_units', 'early_stopping_patience', 'eval_step_interval'),
        ...pick('seed', 'init_from'),
      },
      Evaluation: {
        ...pick('calibration', 'positive', 'target_sensitivity', 'target_specificity'),
        ...pick('min', 'max', 'report_dir', 'no_report', 'no_images'),
      },
      Output: {
        ...pick('model_dir', 'force', 'like', 'output_graph', 'output_labels'),
        ...pick('final_tensor_name', 'saved_model_dir', 'summaries_dir'),
        ...pick('intermediate_store_frequency', 'intermediate_output_graphs_dir'),
        ...pick('print_misclassified_test_images', 'logging_verbosity'),
        ...pick('test_batch_size', 'validation_batch_size'),
      },
    },
  },
  classify: {
    summary: 'print a score per label for each image, best first',
    examples: [
      'imgdiag classify leg005.jpg',
      'imgdiag classify leg005.jpg --explain leg005-evidence.png',
      'imgdiag classify --model_dir ./legs --json new/ > scores.json',
      'cat leg005.jpg | imgdiag classify -',
      "find . -name '*.jpg' -print0 | imgdiag classify --files_from -",
    ],
    sections: {
      Arguments: pick('images'),
      Options: {
        model_dir: ROWS.saved_model,
        ...pick('files_from'),
        follow_links: ROWS.links_below,
        ...pick('top_k', 'json', 'csv', 'decision', 'sort_into', 'engine', 'max_pixels'),
        extractor: ROWS.own_extractor,
        ...pick('explain', 'explain_label'),
      },
    },
  },
  evaluate: {
    summary: 'evaluate a saved model on labelled images that it was not trained on',
    examples: [
      'imgdiag evaluate --image_dir ./new_xrays',
      'imgdiag evaluate --image_dir ./new_xrays --min accuracy=0.9 --min sensitivity:brokenleg=0.85',
    ],
    sections: {
      Options: {
        model_dir: ROWS.saved_model,
        ...pick('image_dir', 'manifest', 'layout', 'follow_links', 'group_by', 'min', 'max'),
        json: ROWS.json_file,
        ...pick('report_dir', 'no_report', 'no_images', 'engine'),
        extractor: ROWS.own_extractor,
      },
    },
  },
  check: {
    summary: 'check a data set for duplicates, wrong labels and shortcuts',
    description:
      'Check a data set for what makes metrics optimistic or wrong: duplicates and near-duplicates, wrong ' +
      'labels, unusual images, and metadata that predicts the label.',
    examples: [
      'imgdiag check --image_dir ./healthdiag',
      'imgdiag check --image_dir ./healthdiag --all --json findings.json',
    ],
    sections: {
      Options: {
        ...pick('image_dir', 'manifest', 'layout', 'follow_links', 'group_by'),
        ...SPLIT,
        model_dir: ROWS.split_model,
        ...pick('extractor', 'embedding', 'token', 'allow_fetch', 'engine', 'image_size'),
        ...PREPROCESSING,
        ...pick('bottleneck_dir'),
        ...pick('seed'),
        json: ROWS.json_file,
        ...pick('all'),
      },
    },
  },
  info: {
    summary: 'describe a saved model: labels, extractor, split, metrics, files',
    examples: ['imgdiag info', 'imgdiag info ./legs --json'],
    sections: {
      Arguments: { model_dir: ROWS.named_model },
      Options: pick('json'),
    },
  },
  manifest: {
    summary: 'print the split that retrain would make, as a CSV table',
    examples: [
      'imgdiag manifest --image_dir ./healthdiag > split.csv',
      'imgdiag retrain --manifest split.csv --image_dir ./healthdiag',
    ],
    sections: {
      Options: {
        ...pick('image_dir', 'manifest', 'layout', 'follow_links', 'group_by'),
        ...SPLIT,
        model_dir: ROWS.split_model,
      },
    },
  },
  extractor: {
    summary: 'list, describe and fetch pretrained networks',
    examples: ['imgdiag extractor list', 'imgdiag extractor fetch inception_v3'],
    sections: {},
  },
  'extractor list': {
    summary:
      'list the networks that have a name: size, cost, accuracy, licence, whether they are here',
    examples: ['imgdiag extractor list'],
    sections: { Options: pick('json') },
  },
  'extractor info': {
    summary: 'describe a network: inputs, outputs, embedding, preprocessing, cost',
    examples: [
      'imgdiag extractor info efficientnet_lite0_224',
      'imgdiag extractor info mobilenet_v2_1.0_224.tgz',
      'imgdiag extractor info vit.onnx --image_size 224',
    ],
    sections: {
      Arguments: pick('described'),
      Options: pick('embedding', 'token', 'image_size', 'mean', 'std', 'json'),
    },
  },
  'extractor fetch': {
    summary: 'download a network by name, verify it, and keep it for all later commands',
    examples: [
      'imgdiag extractor fetch inception_v3',
      'imgdiag extractor fetch hf:onnx-community/dinov2-with-registers-small',
      'imgdiag extractor fetch mobilenet_v2_1.4_224 --from mobilenet_v2_1.4_224.tgz',
    ],
    sections: { Arguments: pick('network'), Options: pick('from') },
  },
  cache: {
    summary: 'inspect, prune or clear the feature cache',
    examples: ['imgdiag cache info', 'imgdiag cache prune --older_than 90d', 'imgdiag cache clear'],
    sections: {},
  },
  'cache info': {
    summary: 'describe the cache: location, size, contents',
    examples: ['imgdiag cache info'],
    sections: CACHE,
  },
  'cache prune': {
    summary: 'remove features that have not been used for a given time',
    examples: ['imgdiag cache prune --older_than 90d'],
    sections: { Options: { ...CACHE.Options, ...pick('older_than') } },
  },
  'cache clear': {
    summary: 'remove all cached features',
    examples: ['imgdiag cache clear'],
    sections: CACHE,
  },
} satisfies Record<string, CommandSpec>;

type Commands = typeof COMMANDS;
export type CommandName = keyof Commands;

type Both<U> = (U extends unknown ? (one: U) => void : never) extends (all: infer All) => void
  ? All
  : never;
type Sections<C extends CommandName> = Commands[C]['sections'];
type RowsOf<C extends CommandName> = Both<Sections<C>[keyof Sections<C>]>;

/** Options of a command, named as on the command line. */
export type OptionsOf<C extends CommandName> = {
  readonly [Name in keyof RowsOf<C>]: RowsOf<C>[Name] extends Row<infer Value> ? Value : never;
};
/** The options that are given; the others have their defaults. */
export type Given<C extends CommandName> = {
  readonly [Name in keyof OptionsOf<C>]?: OptionsOf<C>[Name] | undefined;
};

export type RetrainOptions = OptionsOf<'retrain'>;
export type CheckOptions = OptionsOf<'check'>;
export type EvaluateOptions = OptionsOf<'evaluate'>;

export function descriptionOf({ summary, description }: CommandSpec): string {
  return description ?? `${summary[0].toUpperCase()}${summary.slice(1)}.`;
}

/** All rows of a command by name. */
export function rowsOf(command: CommandName): Readonly<Record<string, Row>> {
  return Object.assign({}, ...Object.values(COMMANDS[command].sections));
}

export function defaultsOf<C extends CommandName>(command: C): OptionsOf<C> {
  const rows = Object.entries(rowsOf(command));
  return Object.fromEntries(rows.map(([name, { fallback }]) => [name, fallback])) as OptionsOf<C>;
}

/** All options of `retrain` at their defaults. */
export const RETRAIN_DEFAULTS = defaultsOf('retrain');
