// Reads an image for the data check: reduced pixels and the header.

import { type Decoder, ImageError } from './decode.ts';
import { type ImageHeader, readHeader } from './header.ts';
import { createPreprocessing, type Preprocessing } from './preprocessing.ts';
import { type Place, withImage } from './read.ts';

/** Side in pixels, whatever the extractor's input size: sharpness is comparable at one size only. */
export const INSPECTED_SIZE = 256;

export interface InspectedImage {
  /** uint8 RGB `[INSPECTED_SIZE, INSPECTED_SIZE, 3]`, row-major, 0..255, stretched to a square. */
  readonly pixels: Uint8Array;
  /** Of the image as stored, upright, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly header: ImageHeader;
}

/**
 * @returns undefined for a file that was readable a moment ago but no longer is
 * @throws DiskError when its disk fails
 */
export async function inspectImage(
  file: Place,
  decoder: Decoder,
  { pixel_range }: Pick<Preprocessing, 'pixel_range'>,
): Promise<InspectedImage | undefined> {
  // Fast rather than exact: JPEG's own reduction may change pixels by a few grey levels.
  const preprocessing = createPreprocessing({
    size: INSPECTED_SIZE,
    shrink_on_load: true,
    pixel_range,
  });
  try {
    return await withImage(file, async (bytes) => {
      const { pixels, width, height } = await decoder.decodeWithSize(bytes, preprocessing);
      return { pixels, width, height, header: await readHeader(bytes) };
    });
  } catch (error) {
    if (error instanceof ImageError) return undefined;
    throw error;
  }
}
