// Opens an extractor on TensorFlow.js.

import { UnfitError } from '../base/errors.ts';
import type { NetworkInput } from '../images/preprocessing.ts';
import { openTfjsNetwork } from '../network/tfjs/session.ts';
import type { ExtractorFiles } from './catalog.ts';
import type { Extractor } from './extractor.ts';

/** Opens the extractor on TensorFlow.js; its features agree with ONNX Runtime's to 1e-4. */
export async function openTfjsExtractor(
  files: ExtractorFiles,
  input: NetworkInput,
  batch?: number,
): Promise<Extractor> {
  const { spec } = files;
  const network = await openTfjsNetwork(files, input, batch);
  return {
    id: spec.id,
    engine: 'tfjs',
    runtime: network.runtime,
    weightsSha256: files.weightsSha256,
    imageSize: input.size,
    featureSize: spec.featureSize,
    async embed(images, count) {
      const { shape, data } = await network.run(images, count);
      if (data.length === count * spec.featureSize) return data;
      throw new UnfitError(
        `expected ${spec.featureSize} features from ${spec.embeddingNode} at ${input.size} pixels, found ${shape.join('x')}`,
        { hint: `use --image_size ${spec.imageSize}, or correct feature_size in extractor.json` },
      );
    },
    dispose: async () => network.dispose(),
  };
}
