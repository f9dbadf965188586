// All options, one row each; commands.ts lists the options of each command.

import { RECORDED_ROWS } from './recorded-rows.ts';
import {
  COUNT,
  choice,
  flag,
  POSITIVE,
  place,
  type Row,
  type Rules,
  text,
  textOr,
  texts,
  whole,
} from './row.ts';

const DEFAULT_MODEL = './imgdiag_model';
const WRITTEN: Rules = { written: true };
const MODEL: Rules = { place: true, once: true };
/** As in retrain.py, where -1 meant the whole split. */
const ANY_BATCH = { from: -1 };

/** Rows by flag, or by a longer name where a flag means different things in different commands. */
export const ROWS = {
  ...RECORDED_ROWS,
  image_dir: place('<dir>', 'folder with one folder of images per label, e.g. photos/cats', {
    orElse: ['manifest'],
    once: true,
  }),
  manifest: place(
    '<file>',
    'CSV table of the images: columns path and label, optionally split and group; - for stdin',
    { once: true },
  ),
  layout: {
    ...choice(
      'auto',
      ['auto', 'split', 'labels'],
      'what the folders of --image_dir are: labels, or parts of a ready-made split such as train and val; auto judges by their names and what they hold',
    ),
    excludes: 'manifest',
  },
  follow_links: flag(
    'also enter links that lead to folders outside the image folder; label folders may always be such links',
    { excludes: 'manifest' },
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
    'inference engine; auto prefers ONNX Runtime to TensorFlow.js',
  ),
  allow_fetch: flag(
    'download the network of --extractor, if that is a name and it is not here yet',
  ),
  described: text('<network>', 'a name of imgdiag extractor list, or the path of a network'),
  network: text('<name>', 'a name of imgdiag extractor list, or hf:ORG/REPO[@REVISION]'),
  from: place(
    '<path>',
    'take it from here instead of downloading it: the file, or for hf: the folder, fetched on another machine',
    { once: true },
  ),
  own_extractor: place('<path>', "the model's own extractor, for --engine tfjs"),
  bottleneck_dir: place(
    '<dir>',
    "folder of the feature cache (default: in the user's cache directory)",
    WRITTEN,
  ),
  init_from: place('<dir>', "start from another model's head; labels are matched by name", {
    excludes: 'hidden_units',
  }),
  model_dir: textOr(DEFAULT_MODEL, '<dir>', 'folder that the model is saved to', MODEL),
  saved_model: textOr(DEFAULT_MODEL, '<dir>', 'folder of the model', {
    ...MODEL,
    env: 'IMGDIAG_MODEL',
  }),
  named_model: textOr(DEFAULT_MODEL, '[model]', 'folder of the model', {
    ...MODEL,
    env: 'IMGDIAG_MODEL',
  }),
  split_model: place('<dir>', 'keep the split recorded in this model', { once: true }),
  force: flag('train even if nothing has changed'),
  like: place('<dir>', "use another model's options; options on the command line take precedence"),

  min: texts(
    '<metric=value>',
    'gate: exit code 5 if the metric is lower, e.g. accuracy=0.9; repeatable',
  ),
  max: texts(
    '<metric=value>',
    'gate: exit code 5 if the metric is higher, e.g. log_loss=0.4; repeatable',
  ),
  report_dir: place(
    '<dir>',
    'folder of the report (default: beside the model, in <model_dir>_report)',
    {
      ...WRITTEN,
      aliases: ['report'],
    },
  ),
  no_report: flag('write no report'),
  no_images: flag('leave images out of the report', { aliases: ['no_pictures'] }),

  output_graph: place('<file>', 'also write the whole network to this file, as ONNX', WRITTEN),
  output_labels: place('<file>', 'also write the labels to this file, one per line', WRITTEN),
  final_tensor_name: textOr('probabilities', '<name>', 'name of the output in --output_graph'),
  saved_model_dir: place('<dir>', 'also save the model to this folder', WRITTEN),
  summaries_dir: place('<dir>', 'write TensorBoard event files to this folder', WRITTEN),
  intermediate_store_frequency: whole(
    0,
    '<n>',
    'save the network every n steps; 0 for never',
    COUNT,
    { needs: 'intermediate_output_graphs_dir' },
  ),
  intermediate_output_graphs_dir: place('<dir>', 'folder for these networks', {
    ...WRITTEN,
    needs: 'intermediate_store_frequency',
  }),
  print_misclassified_test_images: flag('list the misclassified test images'),
  logging_verbosity: choice(
    'INFO',
    ['DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'],
    'lowest severity of messages on stderr',
  ),
  test_batch_size: whole(
    -1,
    '<n>',
    'accepted for old scripts; all test images are always used',
    ANY_BATCH,
  ),
  validation_batch_size: whole(
    -1,
    '<n>',
    'accepted for old scripts; all validation images are always used',
    ANY_BATCH,
  ),

  images: texts('[image...]', 'image files, folders (searched recursively), or - for stdin', {
    place: true,
    orElse: ['files_from'],
  }),
  files_from: place(
    '<list>',
    'also the files that this list names, one per line or separated by NUL; - for stdin',
  ),
  links_below: flag('also enter links in a folder that lead to folders outside it'),
  top_k: whole(undefined, '<n>', 'print only the best n labels', POSITIVE),
  json: flag('print JSON'),
  json_file: place('<file>', 'write all results to this file as JSON; - for stdout', WRITTEN),
  csv: flag('print a CSV table with one row per image', { excludes: 'json' }),
  decision: flag("also print the decision at the model's threshold"),
  sort_into: place('<dir>', 'copy each file to <dir>/<label>/, never overwriting', WRITTEN),
  explain: place('<png>', 'draw a heat map of the evidence for the top label (one image)', WRITTEN),
  explain_label: text('<label>', 'draw the evidence for this label instead', { needs: 'explain' }),
  all: flag('list all images of each finding, not only ten'),
  older_than: text('<age>', 'time since the last use, e.g. 90d; units s, m, h, d, w', {
    orElse: [],
  }),
};

/** Options of retrain.py without a counterpart, each with what to do instead. */
export const REFUSED: Readonly<Record<string, string>> = {
  checkpoint_path: 'leave it out: features are cached, and training takes about a second',
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

/** The current name of an option: `steps` for `how_many_training_steps`. */
export function currentName(name: string): string {
  return RENAMED.get(name) ?? name;
}
