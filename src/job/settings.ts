// The settings of a training, from the options of the command line.

import type { RetrainOptions } from '../options/commands.ts';
import { positiveLabel } from '../training/choose-threshold.ts';
import { parsePrevalence } from '../training/prevalence.ts';
import type { TrainSettings } from '../training/train-model.ts';

/** @throws UsageError for an invalid prevalence, or an unknown label as positive */
export function trainSettings(
  options: RetrainOptions,
  labels: readonly string[],
): Omit<TrainSettings, 'initial'> {
  const { optimizer: kind, steps } = options;
  return {
    fit: {
      optimizer:
        kind === 'lbfgs'
          ? { kind, steps }
          : {
              kind,
              steps,
              batchSize: options.train_batch_size,
              // The defaults of retrain.py for SGD and of its authors for Adam.
              learningRate: options.learning_rate ?? (kind === 'adam' ? 0.001 : 0.01),
              schedule: options.learning_rate_schedule,
            },
      hiddenUnits: options.hidden_units,
      labelSmoothing: options.label_smoothing,
      classWeights: options.class_weights,
      earlyStoppingPatience: options.early_stopping_patience,
      evalStepInterval: options.eval_step_interval,
      seed: options.seed,
      // With --engine tfjs, ONNX Runtime is not used for training either.
      arithmetic: options.engine === 'tfjs' ? 'typescript' : 'auto',
    },
    l2: options.l2,
    folds: options.folds,
    calibration: options.calibration,
    prevalence: parsePrevalence(options.prevalence, labels),
    threshold: {
      positive:
        options.positive === undefined ? undefined : positiveLabel(options.positive, labels),
      target_sensitivity: options.target_sensitivity,
      target_specificity: options.target_specificity,
    },
  };
}
