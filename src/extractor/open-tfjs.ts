// Opens an extractor on TensorFlow.js.

import { UnfitError } from '../base/errors.ts';
import type { NetworkInput } from '../images/preprocessing.ts';
import { BATCH_SIZE } from '../network/batch.ts';
import { encodeTfjsGraph } from '../network/tfjs/encode.ts';
import { openTfjsNetwork } from '../network/tfjs/session.ts';
import type { CheckedExtractor } from './check.ts';
import type { Extractor } from './extractor.ts';
import type { ExtractorFiles } from './files.ts';

const ANY_NUMBER = { batch: BATCH_SIZE, imagesAtOnce: null };

/** Opens the extractor on TensorFlow.js; its features agree with ONNX Runtime's to 1e-4. */
export async function openTfjsExtractor(
  files: ExtractorFiles,
  input: NetworkInput,
  { batch, imagesAtOnce }: Omit<CheckedExtractor, 'bytes'> = ANY_NUMBER,
): Promise<Extractor> {
  const { spec, network: found } = files;
  const { embeddingNode } = spec;
  if (found.format === 'onnx') throw new TypeError('TensorFlow.js runs no ONNX network');
  const written = found.format === 'tfjs' ? found : encodeTfjsGraph(found.graph);
  const network = await openTfjsNetwork({ ...written, embeddingNode }, input, batch);
  return {
    id: spec.id,
    engine: 'tfjs',
    runtime: network.runtime,
    weightsSha256: files.weightsSha256,
    imageSize: input.size,
    featureSize: spec.featureSize,
    imagesAtOnce,
    async embed(images, count) {
      const { shape, data } = await network.run(images, count);
      if (data.length === count * spec.featureSize) return data;
      throw new UnfitError(
        `expected ${spec.featureSize} features from ${embeddingNode} at ${input.size} pixels, found ${shape.join('x')}`,
        { hint: `use --image_size ${spec.imageSize}, or correct feature_size in extractor.json` },
      );
    },
    dispose: async () => network.dispose(),
  };
}
