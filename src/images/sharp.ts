// The only file that imports sharp: the decoder of most formats, and what resizes and encodes.

import { ImgdiagError, messageOf } from '../base/errors.ts';

export type { Sharp } from 'sharp';
export type SharpModule = typeof import('sharp').default;

/** Importing it takes about 50 ms, so it waits until pixels are needed. @throws ImgdiagError */
export async function loadSharp(): Promise<SharpModule> {
  try {
    return (await import('sharp')).default;
  } catch (error) {
    throw new ImgdiagError(
      4,
      'decoder_missing',
      `the image decoder sharp cannot be loaded: ${messageOf(error)}`,
      {
        hint: 'reinstall imgdiag on this machine; sharp needs a 64-bit CPU with SSE4.2, or arm64',
        cause: error,
      },
    );
  }
}
