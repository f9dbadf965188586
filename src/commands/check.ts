// imgdiag check: is the data fooling us? Prints what it finds, worst first.

import { withDefaults } from '../options/check.ts';
import type { Given } from '../options/commands.ts';
import type { Context } from './context.ts';

export async function checkCommand(given: Given<'check'>, context: Context): Promise<void> {
  const options = withDefaults('check', given);
  const { json, all } = options;
  const { terminal, signal, setStopLine } = context;
  setStopLine('stopped: computed bottlenecks are kept');
  const [{ checkData }, { findingLines, findingsJson }] = await Promise.all([
    import('../job/check-data.ts'),
    import('../report/check.ts'),
  ]);
  // A typing error here must not quietly give another split.
  if (options.model_dir !== undefined) {
    const { readManifest } = await import('../model/read.ts');
    await readManifest(options.model_dir);
  }
  const tools = { onMessage: terminal.message, onProgress: terminal.progress, signal };
  const checked = await checkData(options, tools);
  if (json === '-') return terminal.write(findingsJson(checked));
  if (json !== undefined) {
    const { writeFileAtomic } = await import('../base/files.ts');
    await writeFileAtomic(json, Buffer.from(findingsJson(checked)));
    terminal.log(`findings written to ${json}`);
  }
  for (const line of findingLines(checked, all)) terminal.result(line);
}
