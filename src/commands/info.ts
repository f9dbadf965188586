// imgdiag info: what a saved model is.

import type { Command } from 'commander';
import { modelDirOf, withExamples } from './arguments.ts';
import type { Context } from './context.ts';

export function addInfo(program: Command, { terminal }: Context): void {
  const command = program
    .command('info')
    .summary('print what a saved model is')
    .description('Prints what a saved model is: labels, extractor, split, figures, files.')
    .argument('[model]', 'model folder (default: $IMGDIAG_MODEL or ./imgdiag_model)')
    .option('--json', 'print the manifest')
    .action(async (model: string | undefined, flags: { json?: true }) => {
      const folder = modelDirOf(model);
      const { readModel } = await import('../bundle/read.ts');
      const { FILE_NAMES } = await import('../bundle/manifest.ts');
      const { manifest } = await readModel(folder, FILE_NAMES);
      if (flags.json) {
        terminal.write(`${JSON.stringify(manifest, null, 2)}\n`);
        return;
      }
      const { infoLines } = await import('../report/info.ts');
      for (const line of infoLines(folder, manifest)) terminal.result(line);
    });
  withExamples(command, ['imgdiag info', 'imgdiag info ./legs --json']);
}
