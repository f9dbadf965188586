// The floor for a cold start: what decoding and one inference cost without imgdiag around them.
import { readFileSync } from 'node:fs';

import sharp from 'sharp';

process.env.ORT_DISABLE_TELEMETRY = '1';
const { default: ort } = await import('onnxruntime-node');

const [model, file, size] = process.argv.slice(2);
const side = Number(size);
const pixels = await sharp(readFileSync(file))
  .resize(side, side, { fit: 'fill' })
  .raw()
  .toColourspace('srgb')
  .toBuffer();
const session = await ort.InferenceSession.create(readFileSync(model));
const image = new ort.Tensor('uint8', pixels, [1, side, side, 3]);
const { probabilities } = await session.run({ image });
process.stdout.write(`${probabilities.data.join(' ')}\n`);
