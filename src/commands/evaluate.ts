// imgdiag evaluate: prints the metrics of a saved model on labelled images, with gates for CI.

import type { Given } from '../options/commands.ts';
import { withDefaults } from '../options/validate.ts';
import type { Context } from './context.ts';
import { finish } from './finish.ts';

export async function evaluateCommand(given: Given<'evaluate'>, context: Context): Promise<void> {
  const { terminal, signal } = context;
  const options = withDefaults('evaluate', given, process.env);
  const [{ evaluate }, { evaluationLines, evaluationJson }] = await Promise.all([
    import('../job/evaluate.ts'),
    import('../report/evaluation.ts'),
  ]);
  const tools = { onMessage: terminal.message, onProgress: terminal.progress, signal };
  await finish(evaluate(options, tools), context, (result) => {
    if (options.json === '-') terminal.write(evaluationJson(result));
    else for (const line of evaluationLines(result)) terminal.result(line);
  });
}
