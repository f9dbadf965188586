// Opens an extractor on ONNX Runtime.

import type { NetworkInput } from '../images/preprocessing.ts';
import { loadRuntime, openSession } from '../network/onnx/session.ts';
import type { ExtractorFiles } from './catalog.ts';
import type { Extractor } from './extractor.ts';

/** Opens the extractor: converts its TensorFlow.js graph to ONNX and loads it in ONNX Runtime. */
export async function openOnnxExtractor(
  files: ExtractorFiles,
  input: NetworkInput,
): Promise<Extractor> {
  await loadRuntime();
  const { encodeExtractor } = await import('./import/graph.ts');
  const session = await openSession(encodeExtractor(files, input));
  const { id, featureSize } = files.spec;
  return {
    id,
    engine: 'onnx',
    runtime: session.runtime,
    weightsSha256: files.weightsSha256,
    imageSize: input.size,
    featureSize,
    async embed(images, count) {
      const { embedding } = await session.run(images, count, ['embedding']);
      return embedding.data;
    },
    dispose: () => session.dispose(),
  };
}
