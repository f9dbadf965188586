// The same batches through both engines: images per second of inference alone.

import { createRandom } from '../../src/base/random.ts';
import { openExtractor } from '../helpers/open-extractor.ts';
import { medianSeconds, report } from './measure.ts';

const RUNS = 5;
const BATCH = 16;
const BATCHES = 4;

const random = createRandom(1, 'bench');
const images = Uint8Array.from({ length: BATCH * 224 * 224 * 3 }, () => random.below(256));
const rates: Record<string, number> = {};
for (const engine of ['onnx', 'tfjs'] as const) {
  const extractor = await openExtractor({ name: 'efficientnet_lite0_224', engine }, console.error);
  const seconds = await medianSeconds(RUNS, async () => {
    for (let batch = 0; batch < BATCHES; batch++) await extractor.embed(images, BATCH);
  });
  await extractor.dispose();
  rates[engine] = (BATCH * BATCHES) / seconds;
  report(`inference, ${extractor.runtime}`, `${rates[engine].toFixed(0)} images/s`);
}
report(
  'onnx / tfjs',
  rates.onnx === undefined ? '-' : (rates.onnx / rates.tfjs).toFixed(1),
  '>= 3',
);
