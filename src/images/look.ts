// An image as the data check looks at it: small pixels, and what its header says.

import { type Decoder, ImageError } from './decode.ts';
import { type ImageHeader, readHeader } from './header.ts';
import { createPreprocessing } from './preprocessing.ts';
import { type Place, readImage } from './read.ts';

/** Side of the pixels, whatever the extractor takes: metrics of sharpness hold for this size only. */
export const LOOK_SIZE = 256;

/** Quick rather than exact: JPEG's own reduction may move pixels by a few grey levels. */
const LOOK_PREPROCESSING = { ...createPreprocessing({ size: LOOK_SIZE }), shrink_on_load: true };

export interface Look {
  /** uint8 RGB `[LOOK_SIZE, LOOK_SIZE, 3]`, row-major, 0..255, made square whatever its shape. */
  readonly pixels: Uint8Array;
  /** Of the image as stored, upright, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly header: ImageHeader;
}

/** @returns undefined for a file that can no longer be read: it was there a moment ago */
export async function lookAt(file: Place, decoder: Decoder): Promise<Look | undefined> {
  try {
    const bytes = await readImage(file);
    const { pixels, width, height } = await decoder.decodeWithSize(bytes, LOOK_PREPROCESSING);
    return { pixels, width, height, header: await readHeader(bytes) };
  } catch (error) {
    if (error instanceof ImageError) return undefined;
    throw error;
  }
}
