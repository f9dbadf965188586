// imgdiag evaluate: a saved model on labelled images, its metrics on stdout, gates for CI.

import path from 'node:path';
import type { Command } from 'commander';
import { GateError, UsageError } from '../base/errors.ts';
import type { EngineChoice } from '../extractor/extractor.ts';
import { OPTION_SPECS } from '../job/options/table.ts';
import { requireOutside } from '../model/outside.ts';
import {
  collect,
  engineOption,
  modelDirOf,
  modelDirOption,
  reportFolderOf,
  withExamples,
} from './arguments.ts';
import type { Context } from './context.ts';

interface Flags {
  image_dir?: string;
  manifest?: string;
  group_by?: string;
  model_dir?: string;
  engine: EngineChoice;
  extractor?: string;
  json?: string;
  report?: string;
  no_report?: true;
  no_images?: true;
  min: readonly string[];
}

export function addEvaluate(program: Command, context: Context): void {
  const command = modelDirOption(
    program
      .command('evaluate')
      .summary('measure a model on labelled images that it has not been trained on')
      .description('Measures a saved model on labelled images that it has not been trained on.'),
  )
    .option('--image_dir <dir>', OPTION_SPECS.image_dir.help)
    .option('--manifest <file>', OPTION_SPECS.manifest.help)
    .option('--group_by <regex>', OPTION_SPECS.group_by.help)
    .option('--min <metric=value>', 'exit with 5 below it, e.g. accuracy=0.9', collect, [])
    .option('--json <file>', 'write all metrics there as JSON; - for stdout, instead of text')
    .option('--report <dir>', 'where the report goes (default: <model_dir>_report/evaluate)')
    .option('--no_report', OPTION_SPECS.no_report.help)
    .option('--no_images', OPTION_SPECS.no_images.help)
    .addOption(engineOption())
    .option('--extractor <dir>', "folder of the model's own extractor, for --engine tfjs")
    .action((flags: Flags) => evaluate(flags, context));
  withExamples(command, [
    'imgdiag evaluate --image_dir ./new_xrays',
    'imgdiag evaluate --image_dir ./new_xrays --min accuracy=0.9 --min sensitivity:brokenleg=0.85',
  ]);
}

async function evaluate(flags: Flags, { terminal, signal }: Context): Promise<void> {
  if (flags.image_dir === undefined && flags.manifest === undefined) {
    throw new UsageError('expected --image_dir DIR or --manifest FILE, found neither', {
      hint: 'e.g. --image_dir ./new_xrays, with one folder of images per label',
    });
  }
  const modelDir = modelDirOf(flags.model_dir);
  requireOutside(modelDir, 'report', flags.report);
  if (flags.json !== '-') requireOutside(modelDir, 'json', flags.json);
  const [{ evaluateModel }, { readManifest }, gatesOf, { evaluationLines, evaluationJson }] =
    await Promise.all([
      import('../job/evaluate-model.ts'),
      import('../model/read.ts'),
      import('../metrics/gates.ts'),
      import('../report/evaluation.ts'),
    ]);
  // A misspelt gate is told before any image is read.
  const gates = gatesOf.parseGates(flags.min, (await readManifest(modelDir)).labels);
  const result = await evaluateModel(
    {
      image_dir: flags.image_dir,
      manifest: flags.manifest,
      group_by: flags.group_by,
      model_dir: modelDir,
      engine: flags.engine,
      extractor: flags.extractor,
    },
    { onMessage: terminal.message, onProgress: terminal.progress, signal },
  );
  const json = evaluationJson(result);
  if (flags.json === '-') terminal.write(json);
  else for (const line of evaluationLines(result)) terminal.result(line);
  if (flags.json !== undefined && flags.json !== '-') {
    const { ensureFolder, writeFileAtomic } = await import('../base/files.ts');
    await ensureFolder(path.dirname(flags.json));
    await writeFileAtomic(flags.json, json);
  }
  if (!flags.no_report) {
    const { writeEvaluateReport } = await import('../report/write-report.ts');
    const folder = flags.report ?? path.join(reportFolderOf(modelDir), 'evaluate');
    await writeEvaluateReport(folder, modelDir, result, { images: !flags.no_images, signal });
    terminal.log(`report written to ${path.join(folder, 'index.html')}`);
  }
  const missed = gatesOf.checkGates(gates, result.metrics);
  if (missed.length === 0) return;
  throw new GateError(missed.map(({ sentence }) => sentence).join('; '), {
    hint: 'look at the report for the images it gets wrong, or lower --min',
  });
}
