// The sketch of an image, by which copies of it are recognised.

import { INSPECTED_SIZE, type InspectedImage } from '../images/inspect.ts';
import { shrinkToGrey } from './grey.ts';
import { polarSpectrum, type Sketch } from './polar.ts';

/** Side of the grey image that is kept: with its rings, 22 kB per image. */
const SKETCH_SIDE = 128;

export function sketchOf({
  pixels,
  width,
  height,
}: Pick<InspectedImage, 'pixels' | 'width' | 'height'>): Sketch {
  const values = shrinkToGrey(pixels, INSPECTED_SIZE, SKETCH_SIDE);
  const grey = { values, side: SKETCH_SIDE, aspect: width / height };
  return { grey, spectrum: polarSpectrum(grey) };
}
