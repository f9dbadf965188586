// What `retrain` can be told, each default in its one place, checked before any work.

import { UsageError } from '../base/errors.ts';
import type { EngineChoice } from '../features/extractor.ts';

export interface RetrainOptions {
  /** One folder of pictures per label. */
  readonly imageDir: string;
  readonly modelDir: string;
  /** Catalog name, or a folder with a TensorFlow.js graph model and extractor.json. */
  readonly extractor: string;
  readonly engine: EngineChoice;
  /** Side of the input picture in pixels; undefined: what the extractor was trained at. */
  readonly imageSize: number | undefined;
  /** Cache folder; undefined: the user's cache directory. */
  readonly bottleneckDir: string | undefined;
  /** Percent of the units, 0..99. */
  readonly testingPercentage: number;
  readonly validationPercentage: number;
  readonly steps: number;
  readonly trainBatchSize: number;
  readonly learningRate: number;
  readonly evalStepInterval: number;
  readonly seed: number;
}

/**
 * retrain.py's values but for the steps: with standardised features 500 are as good as its 4000.
 * The learning rate was compared on four data sets: docs/decisions.md.
 */
export const RETRAIN_DEFAULTS = {
  modelDir: './imgdiag_model',
  extractor: 'mobilenet_v1_025_224',
  engine: 'auto',
  imageSize: undefined,
  bottleneckDir: undefined,
  testingPercentage: 10,
  validationPercentage: 10,
  steps: 500,
  trainBatchSize: 100,
  learningRate: 0.01,
  evalStepInterval: 10,
  seed: 0,
} as const satisfies Omit<RetrainOptions, 'imageDir'>;

/** @throws UsageError for values that no training can be run with */
export function checkOptions(options: RetrainOptions): void {
  const { testingPercentage: testing, validationPercentage: validation } = options;
  expectWithin('--testing_percentage', testing, 0, 100);
  expectWithin('--validation_percentage', validation, 0, 100);
  if (testing + validation >= 100) {
    throw new UsageError(
      `expected --testing_percentage and --validation_percentage to leave images for training, found ${testing} + ${validation} = ${testing + validation}`,
      { hint: 'the two must add up to less than 100; 10 and 10 are usual' },
    );
  }
  expectWhole('--steps', options.steps, 1);
  expectWhole('--train_batch_size', options.trainBatchSize, 1);
  expectWhole('--eval_step_interval', options.evalStepInterval, 1);
  expectWhole('--seed', options.seed, 0);
  if (!(options.learningRate > 0 && options.learningRate < Number.POSITIVE_INFINITY)) {
    throw new UsageError(`expected --learning_rate above 0, found ${options.learningRate}`, {
      hint: `the default is ${RETRAIN_DEFAULTS.learningRate}`,
    });
  }
}

function expectWithin(name: string, value: number, low: number, high: number): void {
  if (value >= low && value <= high) return;
  throw new UsageError(`expected ${name} from ${low} to ${high}, found ${value}`, {
    hint: 'give a number of percent, e.g. 10',
  });
}

function expectWhole(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new UsageError(
    `expected ${name} to be a whole number of at least ${least}, found ${value}`,
    {
      hint: `give e.g. ${name} ${Math.max(least, 100)}`,
    },
  );
}
