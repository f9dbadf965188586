// imgdiag retrain: options in, a trained model out, its figures on stdout.

import type { Command } from 'commander';
import { messageOf, UsageError } from '../base/errors.ts';
import { RETRAIN_DEFAULTS as DEFAULTS, type RetrainOptions } from '../retrain/options.ts';
import { engineOption, parseNumber, parseWhole, withExamples } from './arguments.ts';
import type { Context } from './context.ts';

export function addRetrain(program: Command, { terminal, signal }: Context): void {
  const command = program
    .command('retrain')
    .summary('train a classifier on a folder with one folder of pictures per label')
    .description('Trains a classifier on the pictures of a folder: one folder per label.')
    .option('--image_dir <dir>', 'folder of label folders, e.g. photos/cats photos/dogs')
    .option('--model_dir <dir>', 'where the model is saved', DEFAULTS.modelDir)
    .option('--extractor <name>', 'pretrained network, or a folder with one', DEFAULTS.extractor)
    .addOption(engineOption())
    .option('--image_size <pixels>', 'side of the network input, a multiple of 32', parseWhole)
    .option('--bottleneck_dir <dir>', 'cache folder (default: the user cache directory)')
    .option(
      '--testing_percentage <percent>',
      'share for the final test',
      parseNumber,
      DEFAULTS.testingPercentage,
    )
    .option(
      '--validation_percentage <percent>',
      'share for validation',
      parseNumber,
      DEFAULTS.validationPercentage,
    )
    .option('--steps <n>', 'training steps', parseWhole, DEFAULTS.steps)
    .option('--train_batch_size <n>', 'images per step', parseWhole, DEFAULTS.trainBatchSize)
    .option('--learning_rate <rate>', 'of gradient descent', parseNumber, DEFAULTS.learningRate)
    .option(
      '--eval_step_interval <n>',
      'steps between log lines',
      parseWhole,
      DEFAULTS.evalStepInterval,
    )
    .option('--seed <n>', 'decides the order of batches', parseWhole, DEFAULTS.seed)
    .action(async (flags: Flags) => {
      const [{ retrain }, { finalLines, stepLines }] = await Promise.all([
        import('../retrain/retrain.ts'),
        import('../report/training.ts'),
      ]);
      const progress = terminal.progress('bottlenecks');
      const options = optionsOf(flags);
      let computing = false;
      try {
        const result = await retrain(
          options,
          {
            note: (line) => terminal.log(line),
            progress(done, total, computed) {
              computing ||= computed > 0;
              if (computing) progress.update(done, total);
            },
            extracted({ total, cached, computed, skipped }) {
              progress.stop();
              const also = skipped > 0 ? `, ${skipped} skipped` : '';
              terminal.log(`${total} images: ${cached} cached, ${computed} computed${also}`);
            },
            step(report, images) {
              for (const line of stepLines(report, images)) terminal.log(`${timestamp()}: ${line}`);
            },
          },
          signal,
        );
        for (const { path, error } of result.skipped) {
          terminal.log(`skipped ${path}: ${messageOf(error)} (${error.hint})`);
        }
        if (result.skipped.length > 0) terminal.log(`${result.skipped.length} files skipped`);
        for (const line of finalLines(result.manifest)) terminal.result(line);
        terminal.log(
          `model saved to ${options.modelDir}; try: imgdiag classify IMAGE${modelFlag(options)}`,
        );
      } finally {
        progress.stop();
      }
    });
  withExamples(command, [
    'imgdiag retrain --image_dir ./healthdiag',
    'imgdiag retrain --image_dir ./healthdiag --steps 500 --model_dir ./legs',
    'imgdiag retrain --image_dir ./photos --testing_percentage 20 --seed 7',
  ]);
}

type Flags = {
  image_dir?: string;
  model_dir: string;
  extractor: string;
  engine: RetrainOptions['engine'];
  image_size?: number;
  bottleneck_dir?: string;
  testing_percentage: number;
  validation_percentage: number;
  steps: number;
  train_batch_size: number;
  learning_rate: number;
  eval_step_interval: number;
  seed: number;
};

function optionsOf(flags: Flags): RetrainOptions {
  // Checked here, since commander would say so before it says that another option is misspelt.
  if (flags.image_dir === undefined) {
    throw new UsageError(
      'expected --image_dir DIR, the folder with one folder of pictures per label',
      {
        hint: 'e.g. imgdiag retrain --image_dir ./healthdiag',
      },
    );
  }
  return {
    imageDir: flags.image_dir,
    modelDir: flags.model_dir,
    extractor: flags.extractor,
    engine: flags.engine,
    imageSize: flags.image_size,
    bottleneckDir: flags.bottleneck_dir,
    testingPercentage: flags.testing_percentage,
    validationPercentage: flags.validation_percentage,
    steps: flags.steps,
    trainBatchSize: flags.train_batch_size,
    learningRate: flags.learning_rate,
    evalStepInterval: flags.eval_step_interval,
    seed: flags.seed,
  };
}

function modelFlag({ modelDir }: RetrainOptions): string {
  return modelDir === DEFAULTS.modelDir ? '' : ` --model_dir ${modelDir}`;
}

/** `2026-11-23 17:30:31.123`, local time: as retrain.py stamps its lines. */
function timestamp(): string {
  const now = new Date();
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
  return local.toISOString().replace('T', ' ').replace('Z', '');
}
