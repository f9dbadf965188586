// Opens an extractor on ONNX Runtime.

import type { NetworkInput } from '../images/preprocessing.ts';
import { loadRuntime, openSession } from '../network/onnx/session.ts';
import type { Extractor } from './extractor.ts';
import type { ExtractorFiles } from './files.ts';

/**
 * Opens the extractor: converts its TensorFlow.js graph to ONNX and loads it in ONNX Runtime.
 * @throws UnfitError for a network that is not supported, or `engine_missing`
 */
export async function openOnnxExtractor(
  files: ExtractorFiles,
  input: NetworkInput,
): Promise<Extractor> {
  await loadRuntime();
  const { checkExtractor } = await import('./check.ts');
  const { bytes, batch, imagesAtOnce } = checkExtractor(files, input);
  const session = await openSession(bytes, { batch });
  const { id, featureSize } = files.spec;
  return {
    id,
    engine: 'onnx',
    runtime: session.runtime,
    weightsSha256: files.weightsSha256,
    imageSize: input.size,
    featureSize,
    imagesAtOnce,
    async embed(images, count) {
      const { embedding } = await session.run(images, count, ['embedding']);
      return embedding.data;
    },
    dispose: () => session.dispose(),
  };
}
