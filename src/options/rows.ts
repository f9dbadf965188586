// Every option there is, a row each; commands.ts lists which command has which.

import { RECORDED_ROWS } from './recorded-rows.ts';
import {
  COUNT,
  choice,
  flag,
  POSITIVE,
  type Row,
  type Rules,
  text,
  textOr,
  texts,
  whole,
} from './row.ts';

const DEFAULT_MODEL = './imgdiag_model';
const WRITTEN: Rules = { written: true };
/** Of retrain.py, where a batch could be smaller than the set. */
const ANY_BATCH = { from: -1 };

/** Rows by their flag; where commands mean different things by a flag, by a longer name. */
export const ROWS = {
  ...RECORDED_ROWS,
  image_dir: text('<dir>', 'folder with one folder of images per label, e.g. photos/cats', {
    orElse: ['manifest'],
  }),
  manifest: text(
    '<file>',
    'table of the images: CSV with path,label and optionally split,group; - reads stdin',
  ),
  max_pixels: whole(
    100_000_000,
    '<n>',
    'skip images with more pixels than this, before decoding',
    POSITIVE,
  ),
  engine: choice(
    'auto',
    ['auto', 'onnx', 'tfjs'],
    'inference engine; auto prefers ONNX Runtime, else TensorFlow.js',
  ),
  own_extractor: text('<dir>', "folder of the model's own extractor, for --engine tfjs"),
  bottleneck_dir: text(
    '<dir>',
    "folder of the feature cache (default: in the user's cache directory)",
    WRITTEN,
  ),
  init_from: text('<dir>', "start from another model's head; labels are matched by name", {
    excludes: 'hidden_units',
  }),
  model_dir: textOr(DEFAULT_MODEL, '<dir>', 'folder that the model is saved to'),
  saved_model: textOr(DEFAULT_MODEL, '<dir>', 'folder of the model', { env: 'IMGDIAG_MODEL' }),
  named_model: textOr(DEFAULT_MODEL, '[model]', 'folder of the model', { env: 'IMGDIAG_MODEL' }),
  split_model: text('<dir>', 'keep the split that this model has recorded'),
  force: flag('train even if nothing has changed'),
  like: text('<dir>', "repeat another model's options; those on the command line take precedence"),

  min: texts(
    '<metric=value>',
    'gate: exit code 5 if the metric is lower, e.g. accuracy=0.9; repeatable',
  ),
  max: texts(
    '<metric=value>',
    'gate: exit code 5 if the metric is higher, e.g. log_loss=0.4; repeatable',
  ),
  report_dir: text(
    '<dir>',
    'folder of the report (default: beside the model, in <model_dir>_report)',
    {
      ...WRITTEN,
      aliases: ['report'],
    },
  ),
  no_report: flag('write no report'),
  no_images: flag('leave images out of the report', { aliases: ['no_pictures'] }),

  output_graph: text('<file>', 'also write the whole network to this file, as ONNX', WRITTEN),
  output_labels: text('<file>', 'also write the labels to this file, one per line', WRITTEN),
  final_tensor_name: textOr('probabilities', '<name>', 'name of the scores in --output_graph'),
  saved_model_dir: text('<dir>', 'also save the model to this folder', WRITTEN),
  summaries_dir: text('<dir>', 'write TensorBoard event files to this folder', WRITTEN),
  intermediate_store_frequency: whole(
    0,
    '<n>',
    'store the network every so many steps; 0 for never',
    COUNT,
    { needs: 'intermediate_output_graphs_dir' },
  ),
  intermediate_output_graphs_dir: text('<dir>', 'folder of these networks', {
    ...WRITTEN,
    needs: 'intermediate_store_frequency',
  }),
  print_misclassified_test_images: flag('list the misclassified test images'),
  logging_verbosity: choice(
    'INFO',
    ['DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'],
    'least severe messages to print on stderr',
  ),
  test_batch_size: whole(
    -1,
    '<n>',
    'accepted for old scripts: all test images are always scored',
    ANY_BATCH,
  ),
  validation_batch_size: whole(
    -1,
    '<n>',
    'accepted for old scripts: all validation images are always scored',
    ANY_BATCH,
  ),

  images: texts('<image...>', 'files, folders (with all below them), or - for standard input'),
  top_k: whole(undefined, '<n>', 'print only the best n labels', POSITIVE),
  json: flag('print JSON'),
  json_file: text('<file>', 'write all results to this file as JSON; - for stdout', WRITTEN),
  csv: flag('print a CSV table with a row per image', { excludes: 'json' }),
  decision: flag("also print the decision at the model's threshold"),
  sort_into: text('<dir>', 'copy each file to <dir>/<label>/, overwriting nothing', WRITTEN),
  explain: text('<png>', 'draw where the evidence for the best label lies (one image)', WRITTEN),
  explain_label: text('<label>', 'draw the evidence for this label instead', { needs: 'explain' }),
  all: flag('print every image, not only ten of each finding'),
  older_than: text('<age>', 'age since the last use, e.g. 90d; units s, m, h, d, w', {
    orElse: [],
  }),
};

/** Options of retrain.py that have no counterpart, each with what to do instead. */
export const REFUSED: Readonly<Record<string, string>> = {
  checkpoint_path: 'leave it out: features are cached, and training takes a second',
};

type Rows = typeof ROWS;

export function pick<Name extends keyof Rows>(...names: readonly Name[]): Pick<Rows, Name> {
  return Object.fromEntries(names.map((name) => [name, ROWS[name]])) as Pick<Rows, Name>;
}

const RENAMED: ReadonlyMap<string, string> = new Map(
  Object.entries<Row>(ROWS).flatMap(([name, { aliases = [] }]) =>
    aliases.map((alias) => [alias, name]),
  ),
);

/** Today's name of an option: `steps` for `how_many_training_steps`, itself where it is today's. */
export function currentName(name: string): string {
  return RENAMED.get(name) ?? name;
}
