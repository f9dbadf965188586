// imgdiag info: what a saved model is.

import type { Command } from 'commander';
import { modelDirOf, withExamples } from './arguments.ts';
import type { Context } from './context.ts';

export function addInfo(program: Command, { terminal }: Context): void {
  const command = program
    .command('info')
    .summary('print what a saved model is')
    .description('Prints what a saved model is: labels, extractor, split, metrics, files.')
    .argument('[model]', 'model folder (default: $IMGDIAG_MODEL or ./imgdiag_model)')
    .option('--json', 'print the manifest')
    .action(async (model: string | undefined, flags: { json?: true }) => {
      const folder = modelDirOf(model);
      const { readModel } = await import('../model/read.ts');
      const { FILE_NAMES } = await import('../model/manifest.ts');
      const { manifest, files } = await readModel(folder, FILE_NAMES);
      const network = files.get('model.onnx') as Uint8Array;
      const { checkNetwork } = await import('../model/check-network.ts');
      checkNetwork(network, manifest, folder);
      if (flags.json) {
        terminal.write(`${JSON.stringify(manifest, null, 2)}\n`);
        return;
      }
      const { infoLines } = await import('../report/info.ts');
      for (const line of infoLines(folder, manifest)) terminal.result(line);
      const { knownExtractor } = await import('../model/known-extractor.ts');
      terminal.result(originOf(await knownExtractor(network, manifest)));
    });
  withExamples(command, ['imgdiag info', 'imgdiag info ./legs --json']);
}

function originOf(known: string | undefined): string {
  return known === undefined
    ? 'unknown extractor: the weights in model.onnx are none that come with imgdiag'
    : `known extractor: model.onnx holds the weights of ${known} that come with imgdiag`;
}
