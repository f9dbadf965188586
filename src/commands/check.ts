// imgdiag check: prints findings in the data, worst first.

import type { Given } from '../options/commands.ts';
import type { Context } from './context.ts';
import { finish } from './finish.ts';

export async function checkCommand(given: Given<'check'>, context: Context): Promise<void> {
  const { terminal, signal, setStopLine } = context;
  setStopLine('stopped; features computed so far are cached');
  const [{ check }, { findingLines, findingsJson }] = await Promise.all([
    import('../job/check.ts'),
    import('../report/check.ts'),
  ]);
  const tools = { onMessage: terminal.message, onProgress: terminal.progress, signal };
  await finish(check(given, tools), context, (checked) => {
    if (given.json === '-') return terminal.write(findingsJson(checked));
    for (const line of findingLines(checked, given.all === true)) terminal.result(line);
  });
}
