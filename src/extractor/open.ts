// Opens an extractor on the runtime asked for, or on the best one that loads.

import { UnfitError } from '../base/errors.ts';
import type { OnMessage } from '../base/messages.ts';
import type { NetworkInput } from '../images/preprocessing.ts';
import { type ExtractorFiles, requireImageSize } from './catalog.ts';
import type { EngineChoice, Extractor } from './extractor.ts';

/**
 * @param files what `loadExtractorFiles` has read
 * @param onMessage told when `auto` has to do without ONNX Runtime
 * @throws UsageError for an image size that cannot be
 * @throws UnfitError for a network that cannot be imported, or `engine_missing`
 */
export async function openExtractorFiles(
  files: ExtractorFiles,
  { engine, input }: { readonly engine: EngineChoice; readonly input: NetworkInput },
  onMessage?: OnMessage,
): Promise<Extractor> {
  // A network's own size is always right: Inception V3 was trained at 299 pixels.
  if (input.size !== files.spec.imageSize) requireImageSize(input.size);
  if (engine === 'tfjs') return openTfjs(files, input);
  try {
    const { openOnnxExtractor } = await import('./open-onnx.ts');
    return await openOnnxExtractor(files, input);
  } catch (error) {
    const missing = error instanceof UnfitError && error.code === 'engine_missing';
    if (engine === 'onnx' || !missing) throw error;
    const extractor = await openTfjs(files, input);
    onMessage?.('info', fallbackNote(extractor.runtime, error));
    return extractor;
  }
}

/**
 * The line that says why another engine is used than the best one, and how to get that.
 * @param runtime what is used instead, as `Extractor.runtime` names it
 */
export function fallbackNote(runtime: string, { message }: Error): string {
  return (
    `${message}: using ${runtime}, which is several times slower; ` +
    'to get it, npm install -g --ignore-scripts imgdiag ' +
    '(in a project: npm install --ignore-scripts onnxruntime-node)'
  );
}

async function openTfjs(files: ExtractorFiles, input: NetworkInput): Promise<Extractor> {
  const { openTfjsExtractor } = await import('./open-tfjs.ts');
  return openTfjsExtractor(files, input);
}
