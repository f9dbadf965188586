// Decoding, inference and both overlapped: images per second over the same real JPEGs.

import { readFileSync } from 'node:fs';
import pMap from 'p-map';
import { runInBatches } from '../../src/features/batches.ts';
import { loadDecoder } from '../../src/images/decode.ts';
import { createPreprocessing } from '../../src/images/preprocessing.ts';
import { withImage } from '../../src/images/read.ts';
import { BATCH_SIZE } from '../../src/network/batch.ts';
import { openExtractor } from '../helpers/open-extractor.ts';
import { benchImages, medianSeconds, report } from './measure.ts';

const RUNS = 5;
/** More decoders than threads, so that none waits. */
const DECODING = 8;

const { from, files } = await benchImages();
const decoder = await loadDecoder();
const preprocessing = createPreprocessing({ size: 224 });
const extractor = await openExtractor(
  { name: 'efficientnet_lite0_224', engine: 'onnx' },
  console.error,
);
const bytes = files.map(({ file }) => readFileSync(file));
const pixels = await pMap(bytes, (data) => decoder.decode(data, preprocessing), {
  concurrency: DECODING,
});
const batches = Array.from({ length: Math.ceil(pixels.length / BATCH_SIZE) }, (_, index) =>
  Buffer.concat(pixels.slice(index * BATCH_SIZE, (index + 1) * BATCH_SIZE)),
);
const imageBytes = 224 * 224 * 3;

const decode = await medianSeconds(RUNS, () =>
  pMap(files, ({ file }) => withImage(file, (bytes) => decoder.decode(bytes, preprocessing)), {
    concurrency: DECODING,
  }),
);
const inference = await medianSeconds(RUNS, async () => {
  for (const batch of batches) await extractor.embed(batch, batch.length / imageBytes);
});
const pipeline = await medianSeconds(RUNS, async () => {
  const rows = runInBatches(files, {
    prepare: async ({ file }) => ({
      pixels: await withImage(file, (bytes) => decoder.decode(bytes, preprocessing)),
    }),
    async run(batch, count) {
      await extractor.embed(batch, count);
      return Array.from({ length: count }, () => true);
    },
  });
  for await (const _ of rows);
});
await extractor.dispose();

const rate = (seconds: number) => `${(files.length / seconds).toFixed(0)} images/s`;
report(`decode only (${files.length} JPEGs of ${from})`, rate(decode));
report('inference only, ONNX Runtime, batch 16', rate(inference));
report('pipeline: read, decode, infer, overlapped', rate(pipeline));
report(
  'pipeline / (1 / (1/decode + 1/inference))',
  ((decode + inference) / pipeline).toFixed(2),
  '>= 0.85',
);
