// Checks what `retrain` was told, before any work.

import { UsageError } from '../../base/errors.ts';
import { NETWORK_INPUT, NETWORK_OUTPUTS } from '../../model/network.ts';
import { requireOutside } from '../../model/outside.ts';
import { checkOperatingPoint } from '../../training/operating-point.ts';
import { OPTION_SPECS, type OptionSpec, type RetrainOptions } from './table.ts';

/** Names in the network that the scores cannot have as well. */
const TAKEN_NAMES: readonly string[] = [
  NETWORK_INPUT,
  ...NETWORK_OUTPUTS.filter((name) => name !== 'probabilities'),
];

/** @throws UsageError for values that no training can be run with */
export function checkOptions(options: RetrainOptions): void {
  checkPlaces(options);
  for (const [name, spec] of Object.entries(OPTION_SPECS)) {
    checkRange(name, spec, options[name as keyof RetrainOptions]);
  }
  checkSplitOptions(options);
  checkOperatingPoint(options);
  const name = options.final_tensor_name;
  if (name.trim() === '' || TAKEN_NAMES.includes(name)) {
    throw new UsageError(`expected a name of its own for --final_tensor_name, found ${name}`, {
      hint: `${TAKEN_NAMES.join(', ')} are other tensors of the network; try final_result`,
    });
  }
  if (options.folds === 1) {
    throw new UsageError('expected --folds 2 or more, found 1', { hint: '5 and 10 are usual' });
  }
  const { intermediate_store_frequency: every, intermediate_output_graphs_dir: where } = options;
  if (every > 0 !== (where !== undefined)) {
    throw new UsageError(
      'expected --intermediate_store_frequency and --intermediate_output_graphs_dir together, found one',
      { hint: 'give both, or neither' },
    );
  }
  if (options.hidden_units > 0 && options.init_from !== undefined) {
    throw new UsageError('expected --init_from without --hidden_units, found both', {
      hint: 'only heads of one layer can be started from',
    });
  }
}

export type SplitOptions = Pick<
  RetrainOptions,
  'image_dir' | 'manifest' | 'testing_percentage' | 'validation_percentage'
>;

/** What a split needs, of `retrain` and of `manifest`. @throws UsageError */
export function checkSplitOptions(options: SplitOptions): void {
  if (options.image_dir === undefined && options.manifest === undefined) {
    throw new UsageError('expected --image_dir DIR or --manifest FILE, found neither', {
      hint: 'e.g. --image_dir ./healthdiag, with one folder of images per label',
    });
  }
  for (const name of ['testing_percentage', 'validation_percentage'] as const) {
    checkRange(name, OPTION_SPECS[name], options[name]);
  }
  const { testing_percentage: testing, validation_percentage: validation } = options;
  if (testing + validation >= 100) {
    throw new UsageError(
      `expected --testing_percentage and --validation_percentage to leave images for training, found ${testing} + ${validation} = ${testing + validation}`,
      { hint: 'the two must add up to less than 100; 10 and 10 are usual' },
    );
  }
}

function checkRange(name: string, { kind, range }: OptionSpec<unknown>, value: unknown): void {
  if (range === undefined || typeof value !== 'number') return;
  const { from, to, above, below } = range;
  const whole = kind !== 'whole' || Number.isSafeInteger(value);
  const inside =
    value >= (from ?? -Infinity) &&
    value <= (to ?? Infinity) &&
    value > (above ?? -Infinity) &&
    value < (below ?? Infinity);
  if (whole && inside) return;
  const words = [
    kind === 'whole' ? 'to be a whole number' : 'to be a number',
    from !== undefined && to !== undefined ? `from ${from} to ${to}` : '',
    from !== undefined && to === undefined ? `of at least ${from}` : '',
    above === undefined ? '' : `above ${above}`,
    below === undefined ? '' : `below ${below}`,
  ];
  const { fallback } = OPTION_SPECS[name as keyof RetrainOptions];
  throw new UsageError(`expected --${name} ${words.filter(Boolean).join(' ')}, found ${value}`, {
    hint: fallback === undefined ? 'leave it out for the default' : `the default is ${fallback}`,
  });
}

/** Where files go that must not lie in the model folder, which is passed on and replaced whole. */
const PLACES = [
  'bottleneck_dir',
  'output_graph',
  'output_labels',
  'saved_model_dir',
  'summaries_dir',
  'intermediate_output_graphs_dir',
  'report_dir',
] as const;

function checkPlaces(options: RetrainOptions): void {
  for (const [name, value] of Object.entries(options)) {
    if (value !== '') continue;
    throw new UsageError(`expected a value for --${name}, found an empty one`, {
      hint: 'a variable of the script may be unset; leave the option out for its default',
    });
  }
  for (const name of PLACES) requireOutside(options.model_dir, name, options[name]);
}
