// The only file that imports sharp, which decodes most formats and does all resizing and encoding.

import { messageOf, UnfitError } from '../base/errors.ts';

export type { Sharp } from 'sharp';
export type SharpModule = typeof import('sharp').default;

/** Imported only when pixels are needed, since that takes about 50 ms. @throws UnfitError */
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

/** The bytes at the start of memory of their own, so that numbers of any size can be read from them. */
export function wholeBuffer(bytes: Buffer): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = bytes;
  const whole = byteOffset === 0 && buffer.byteLength === byteLength;
  return whole && buffer instanceof ArrayBuffer ? new Uint8Array(buffer) : Uint8Array.from(bytes);
}
