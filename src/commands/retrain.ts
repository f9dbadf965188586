// imgdiag retrain: options in, a trained model out, its metrics on stdout.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { remove } from '../base/files.ts';
import type { OnMessage } from '../base/messages.ts';
import { augmentationOf } from '../job/augment-options.ts';
import type { RetrainResult } from '../job/retrain.ts';
import { withDefaults } from '../options/check.ts';
import { type Given, RETRAIN_DEFAULTS, type RetrainOptions } from '../options/commands.ts';
import { INDEX, OUT_OF_FOLD } from '../report/file-names.ts';
import { reportFolderOf } from './arguments.ts';
import type { Context } from './context.ts';
import type { Terminal } from './terminal.ts';

export async function retrainCommand(told: Given<'retrain'>, context: Context): Promise<void> {
  const [{ retrain }, { optionsLike }, { MissedGatesError }, report, { endLines }, { labelTable }] =
    await Promise.all([
      import('../job/retrain.ts'),
      import('../job/like.ts'),
      import('../job/gates.ts'),
      import('../report/training.ts'),
      import('../report/evaluation.ts'),
      import('../report/label-table.ts'),
    ]);
  const like = told.like === undefined ? {} : await optionsLike(told.like);
  // Another optimizer has another default rate than the one that was recorded.
  const sameOptimizer = told.optimizer === undefined || told.optimizer === like.optimizer;
  const options = withDefaults('retrain', {
    ...like,
    ...(sameOptimizer ? {} : { learning_rate: undefined }),
    ...told,
  });
  if (!options.no_report) {
    const { checkReportFolder } = await import('../report/write-report.ts');
    await checkReportFolder(reportFolder(options));
  }
  const force = options.force || (await isIncomplete(options));
  const { terminal, signal, setStopLine } = context;
  setStopLine('stopped: computed bottlenecks are kept, and the model folder is as it was');
  const onMessage = levelled(terminal, options.logging_verbosity);
  const log = (line: string) => onMessage('info', line);
  for (const line of withoutEffect(told, options)) log(line);
  try {
    const result = await retrain(
      { ...options, force },
      {
        onMessage,
        onProgress: isLogged('INFO', options.logging_verbosity) ? terminal.progress : undefined,
        onStep(step, images) {
          for (const line of report.stepLines(step, images)) log(`${timestamp()}: ${line}`);
        },
        signal,
      },
    );
    setStopLine('stopped: the model is saved; the next run writes what is missing of the report');
    for (const line of report.finalLines(result.manifest)) terminal.result(line);
    if (options.print_misclassified_test_images) {
      for (const line of report.misclassifiedLines(result.misclassified)) terminal.result(line);
    }
    for (const line of endLines(result)) terminal.result(line);
    const flag =
      options.model_dir === RETRAIN_DEFAULTS.model_dir ? '' : ` --model_dir ${options.model_dir}`;
    // Before the report: should that fail, the model is there all the same.
    log(
      result.unchanged
        ? `nothing has changed since ${options.model_dir} was saved; --force trains anyway${untold(options)}`
        : `model saved to ${options.model_dir}; try: imgdiag classify IMAGE${flag}`,
    );
    await writeFiles(options, result, context, log);
    for (const advice of report.adviceLines(result.manifest)) onMessage(...advice);
  } catch (error) {
    if (error instanceof MissedGatesError) {
      for (const line of report.setLines('Test', error.metrics)) terminal.result(line);
      for (const line of labelTable(error.metrics)) terminal.result(line);
    }
    throw error;
  }
}

/** What only a training writes, where it was asked for. */
function untold(options: RetrainOptions): string {
  const names = (['summaries_dir', 'intermediate_output_graphs_dir'] as const).filter(
    (name) => options[name] !== undefined,
  );
  return names.length === 0 ? '' : `, and writes ${names.map((name) => `--${name}`).join(' and ')}`;
}

/** Options that were given but change nothing, as retrain.py's scripts give them. */
function withoutEffect(told: Given<'retrain'>, options: RetrainOptions): string[] {
  const batches = ['learning_rate', 'train_batch_size', 'learning_rate_schedule'] as const;
  const ignored = options.optimizer === 'lbfgs' ? batches.filter((name) => name in told) : [];
  const lines = ignored.map(
    (name) => `--${name} has no effect on L-BFGS; give --optimizer sgd to train as retrain.py did`,
  );
  if ('augment_copies' in told && augmentationOf(options) === undefined) {
    lines.push(
      '--augment_copies has no effect without --flip_left_right, --random_crop or the like',
    );
  }
  return lines;
}

async function writeFiles(
  options: RetrainOptions,
  { summaries, outOfFold, measured, manifest }: RetrainResult,
  { signal }: Context,
  log: (line: string) => void,
): Promise<void> {
  const folder = reportFolder(options);
  if (summaries !== undefined && options.summaries_dir !== undefined) {
    const { writeSummaries } = await import('../report/run-files.ts');
    await writeSummaries(options.summaries_dir, summaries);
    log(`summaries for TensorBoard written to ${options.summaries_dir}`);
  }
  if (outOfFold !== undefined) {
    const { writeOutOfFold } = await import('../report/run-files.ts');
    const file = path.join(folder, OUT_OF_FOLD);
    await writeOutOfFold(file, outOfFold, manifest.labels);
    log(`out-of-fold predictions written to ${file}`);
  }
  if (measured !== undefined && !options.no_report) {
    const { writeTrainingReport } = await import('../report/write-report.ts');
    const images = !options.no_images;
    // Of an earlier model: it would pass for this one's.
    if (outOfFold === undefined) await remove(path.join(folder, OUT_OF_FOLD));
    await writeTrainingReport(folder, options.model_dir, manifest, measured, { images, signal });
    log(`report written to ${path.join(folder, INDEX)}`);
  }
}

function reportFolder({ report_dir: given, model_dir: modelDir }: RetrainOptions): string {
  return given ?? reportFolderOf(modelDir);
}

/**
 * Whether a file is missing that only a training can write: out-of-fold predictions, or the report
 * of the model that is there.
 */
async function isIncomplete(options: RetrainOptions): Promise<boolean> {
  const folder = reportFolder(options);
  if (options.folds > 0 && !existsSync(path.join(folder, OUT_OF_FOLD))) return true;
  if (options.no_report) return false;
  const { isReportCurrent } = await import('../report/write-report.ts');
  return !(await isReportCurrent(folder, options.model_dir, !options.no_images));
}

const LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;
type Level = (typeof LEVELS)[number];

function isLogged(level: Level, verbosity: Level): boolean {
  return LEVELS.indexOf(level) >= LEVELS.indexOf(verbosity);
}

function levelled(terminal: Terminal, verbosity: Level): OnMessage {
  return (level, text) => {
    if (isLogged(level === 'warning' ? 'WARN' : 'INFO', verbosity)) terminal.message(level, text);
  };
}

/** `2026-11-23 17:30:31.123`, local time: as retrain.py stamps its lines. */
function timestamp(): string {
  const now = new Date();
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
  return local.toISOString().replace('T', ' ').replace('Z', '');
}
