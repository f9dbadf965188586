// The memory that all images of the process share: bytes of files, pixels, and what decoders need.

import { createBudget } from '../base/budget.ts';

/** What decoders take for a pixel of 8-bit values: 3 to 8 bytes, as an interlaced PNG does. */
const PIXEL_BYTES = 8;

/** Of 100 million pixels, the most that an image may have by default. */
const MEMORY = createBudget(100_000_000 * PIXEL_BYTES);

/** Runs `work`, which reads so many bytes into memory, once there is room for them. */
export function holdBytes<T>(bytes: number, work: () => Promise<T>): Promise<T> {
  return MEMORY.use(bytes, work);
}

/** The same for decoding so many pixels, of a file whose bytes may be held. */
export function holdPixels<T>(pixels: number, work: () => Promise<T>): Promise<T> {
  return MEMORY.useMore(pixels * PIXEL_BYTES, work);
}
