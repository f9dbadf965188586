// The only file that imports sharp: the decoder of most formats, and what resizes and encodes.

import { messageOf, UnfitError } from '../base/errors.ts';

export type { Sharp } from 'sharp';
export type SharpModule = typeof import('sharp').default;

/** Importing it takes about 50 ms, so it waits until pixels are needed. @throws UnfitError */
export async function loadSharp(): Promise<SharpModule> {
  try {
    return (await import('sharp')).default;
  } catch (error) {
    throw new UnfitError(`the image decoder sharp cannot be loaded: ${messageOf(error)}`, {
      code: 'decoder_missing',
      hint: 'reinstall imgdiag on this machine; sharp needs a 64-bit CPU with SSE4.2, or arm64',
      cause: error,
    });
  }
}
