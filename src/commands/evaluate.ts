// imgdiag evaluate: a saved model on labelled images, its metrics on stdout, gates for CI.

import path from 'node:path';
import { GateError } from '../base/errors.ts';
import { withDefaults } from '../options/check.ts';
import type { Given } from '../options/commands.ts';
import { reportFolderOf } from './arguments.ts';
import type { Context } from './context.ts';

export async function evaluateCommand(
  given: Given<'evaluate'>,
  { terminal, signal }: Context,
): Promise<void> {
  const flags = withDefaults('evaluate', given, process.env);
  const { model_dir: modelDir } = flags;
  const [{ evaluateModel }, { readManifest }, gatesOf, { evaluationLines, evaluationJson }] =
    await Promise.all([
      import('../job/evaluate-model.ts'),
      import('../model/read.ts'),
      import('../metrics/gates.ts'),
      import('../report/evaluation.ts'),
    ]);
  // A misspelt gate is told before any image is read.
  const gates = gatesOf.parseGates(flags, (await readManifest(modelDir)).labels);
  const result = await evaluateModel(flags, {
    onMessage: terminal.message,
    onProgress: terminal.progress,
    signal,
  });
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
    const folder = flags.report_dir ?? path.join(reportFolderOf(modelDir), 'evaluate');
    await writeEvaluateReport(folder, modelDir, result, { images: !flags.no_images, signal });
    terminal.log(`report written to ${path.join(folder, 'index.html')}`);
  }
  const missed = gatesOf.missedGates(gates, result.metrics);
  if (missed.length === 0) return;
  throw new GateError(missed.join('; '), {
    hint: 'look at the report for the images it gets wrong, or relax --min and --max',
  });
}
