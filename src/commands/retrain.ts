// imgdiag retrain: trains a model and prints its metrics on stdout.

import type { ImgdiagError } from '../base/errors.ts';
import type { Message, OnMessage } from '../base/messages.ts';
import type { RetrainResult } from '../job/retrain.ts';
import { type Given, RETRAIN_DEFAULTS, type RetrainOptions } from '../options/commands.ts';
import { ROWS } from '../options/rows.ts';
import type { Context } from './context.ts';
import { finish } from './finish.ts';
import type { Terminal } from './terminal.ts';

export async function retrainCommand(given: Given<'retrain'>, context: Context): Promise<void> {
  const [{ retrain }, report, { endLines }] = await Promise.all([
    import('../job/retrain.ts'),
    import('../report/training.ts'),
    import('../report/evaluation.ts'),
  ]);
  const { terminal, signal, setStopLine } = context;
  setStopLine('stopped; features computed so far are cached, and the model folder is unchanged');
  const modelDir = given.model_dir ?? RETRAIN_DEFAULTS.model_dir;
  const verbosity = given.logging_verbosity ?? RETRAIN_DEFAULTS.logging_verbosity;
  const onMessage = levelled(terminal, verbosity);
  const log = (line: string) => onMessage('info', line);
  const job = retrain(given, {
    onMessage,
    onProgress: isLogged('INFO', verbosity) ? terminal.progress : undefined,
    onStep(step, images) {
      for (const line of report.stepLines(step, images)) log(`${timestamp()}: ${line}`);
    },
    onSaved: () =>
      setStopLine('stopped; the model is saved, and the next run completes the report'),
    signal,
  });
  let advice: Message[] = [];
  const print = (result: RetrainResult, error?: ImgdiagError) => {
    for (const line of report.finalLines(result.manifest)) terminal.result(line);
    if (given.print_misclassified_test_images) {
      for (const line of report.misclassifiedLines(result.misclassified)) terminal.result(line);
    }
    for (const line of endLines(result)) terminal.result(line);
    if (error !== undefined) return;
    const flag = modelDir === RETRAIN_DEFAULTS.model_dir ? '' : ` --model_dir ${modelDir}`;
    log(
      result.unchanged
        ? `nothing has changed since ${modelDir} was saved; --force trains anyway${unwrittenLogs(given)}`
        : `model saved to ${modelDir}; try: imgdiag classify IMAGE${flag}`,
    );
    advice = report.adviceLines(result.manifest);
  };
  await finish(job, context, print, onMessage);
  for (const message of advice) onMessage(...message);
}

/** Outputs that are asked for but only written by training. */
function unwrittenLogs(given: Given<'retrain'>): string {
  const names = (['summaries_dir', 'intermediate_output_graphs_dir'] as const).filter(
    (name) => given[name] !== undefined,
  );
  return names.length === 0 ? '' : `, and writes ${names.map((name) => `--${name}`).join(' and ')}`;
}

type Severity = RetrainOptions['logging_verbosity'];
const SEVERITIES = ROWS.logging_verbosity.choices as readonly Severity[];

function isLogged(level: Severity, verbosity: Severity): boolean {
  return SEVERITIES.indexOf(level) >= SEVERITIES.indexOf(verbosity);
}

function levelled(terminal: Terminal, verbosity: Severity): OnMessage {
  return (level, text) => {
    if (isLogged(level === 'warning' ? 'WARN' : 'INFO', verbosity)) terminal.message(level, text);
  };
}

/** `2026-11-23 17:30:31.123`, local time, as in retrain.py's lines. */
function timestamp(): string {
  const now = new Date();
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
  return local.toISOString().replace('T', ' ').replace('Z', '');
}
