// imgdiag info: describes a saved model.

import { formatJson } from '../base/json.ts';
import type { Given } from '../options/commands.ts';
import { withDefaults } from '../options/validate.ts';
import type { Context } from './context.ts';

export async function infoCommand(given: Given<'info'>, { terminal }: Context): Promise<void> {
  const { model_dir: folder, json } = withDefaults('info', given, process.env);
  const { readModel } = await import('../model/read.ts');
  const { FILE_NAMES } = await import('../model/manifest.ts');
  const { manifest, files } = await readModel(folder, FILE_NAMES);
  const network = files.get('model.onnx') as Uint8Array;
  const { checkNetwork } = await import('../model/check-network.ts');
  checkNetwork(network, manifest, folder);
  if (json) {
    terminal.write(formatJson(manifest));
    return;
  }
  const { infoLines } = await import('../report/info.ts');
  for (const line of infoLines(folder, manifest)) terminal.result(line);
  const { knownExtractor } = await import('../model/known-extractor.ts');
  terminal.result(originOf(await knownExtractor(network, manifest)));
}

function originOf(known: string | undefined): string {
  return known === undefined
    ? 'unknown extractor: the weights in model.onnx are not from an extractor in imgdiag'
    : `known extractor: the weights in model.onnx are those of ${known} in imgdiag`;
}
