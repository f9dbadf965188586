// Opens an extractor on the requested runtime, or on the best one that loads.

import { UnfitError } from '../base/errors.ts';
import type { OnMessage } from '../base/messages.ts';
import type { NetworkInput } from '../images/preprocessing.ts';
import type { EngineChoice, Extractor } from './extractor.ts';
import type { ExtractorFiles } from './files.ts';

/**
 * @param files as read by `loadExtractorFiles`
 * @param onMessage receives a warning when `auto` has to do without ONNX Runtime
 * @throws UsageError for an image size that the network does not take
 * @throws UnfitError for a network that cannot be imported, or `engine_missing`
 */
export async function openExtractorFiles(
  files: ExtractorFiles,
  { engine, input }: { readonly engine: EngineChoice; readonly input: NetworkInput },
  onMessage?: OnMessage,
): Promise<Extractor> {
  const isOnnx = files.network.format === 'onnx';
  if (engine === 'tfjs') {
    if (isOnnx) throw onnxOnly(files);
    return openTfjs(files, input);
  }
  try {
    const { openOnnxExtractor } = await import('./open-onnx.ts');
    return await openOnnxExtractor(files, input);
  } catch (error) {
    const missing = error instanceof UnfitError && error.code === 'engine_missing';
    if (engine === 'onnx' || isOnnx || !missing) throw error;
    const extractor = await openTfjs(files, input);
    onMessage?.('info', fallbackNote(extractor.runtime, error));
    return extractor;
  }
}

/**
 * The message that says why the best engine is not used, and the remedy.
 * @param runtime used instead, named as in `Extractor.runtime`
 */
export function fallbackNote(runtime: string, { message, hint }: UnfitError): string {
  return `${message}: using ${runtime}, which is several times slower; ${hint}`;
}

function onnxOnly({ spec }: ExtractorFiles): UnfitError {
  return new UnfitError(
    `expected a TensorFlow network with --engine tfjs, found ${spec.id}, which is an ONNX network`,
    { hint: 'use --engine onnx' },
  );
}

async function openTfjs(files: ExtractorFiles, input: NetworkInput): Promise<Extractor> {
  const { openTfjsExtractor } = await import('./open-tfjs.ts');
  // What it is, and what it takes, is the same on either engine.
  const { checkExtractor } = await import('./check.ts');
  return openTfjsExtractor(files, input, checkExtractor(files, input));
}
