// A process that fills a cache: `cache-writer.ts root from count featureSize`; says what it has done.

import { openCache } from '../../src/features/cache/cache.ts';
import { keyOf, SPACE, vectorOf } from './cache-samples.ts';

const [root = '', ...numbers] = process.argv.slice(2);
const [from = 0, count = 0, featureSize = 0] = numbers.map(Number);
const cache = await openCache({ root, space: SPACE, featureSize });
let failures = 0;
for (let image = from; image < from + count; image++) {
  try {
    await cache.put(keyOf(image), vectorOf(image, featureSize));
  } catch (error) {
    failures++;
    process.stdout.write(`${(error as Error).name}: ${(error as Error).message}\n`);
  }
  if (image % 64 === 0) {
    process.stdout.write(`put ${image - from}\n`);
    // Lets the parent's kill arrive in the middle.
    await new Promise((resolve) => setImmediate(resolve));
  }
}
await cache.close();
process.stdout.write(`closed after ${failures} failures\n`);
