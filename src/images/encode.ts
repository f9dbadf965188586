// Encodes pixels as PNG or JPEG; nothing else of the source file, such as EXIF, gets in.

import type { RgbImage } from './heat.ts';
import { loadSharp } from './sharp.ts';

/**
 * With the standard Huffman tables: optimised ones save a tenth of the size and cost a third of the time.
 * @param quality 1..100
 */
export async function encodeJpeg(image: RgbImage, quality: number): Promise<Uint8Array> {
  const sharp = await loadSharp();
  const { pixels, width, height } = image;
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality, optimiseCoding: false })
    .toBuffer();
}

/** A drawing; sizes in pixels. */
export interface Panel {
  /** SVG elements, without the `svg` around them and without text. */
  readonly elements: string;
  readonly width: number;
  readonly height: number;
}

/** A PNG of the image above the panel, the narrower one centred on white. */
export async function encodeWithPanel(image: RgbImage, panel: Panel): Promise<Uint8Array> {
  const sharp = await loadSharp();
  const width = Math.max(image.width, panel.width);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${panel.width}" height="${panel.height}">${panel.elements}</svg>`;
  const canvas = {
    width,
    height: image.height + panel.height,
    channels: 3,
    background: '#fff',
  } as const;
  return sharp({ create: canvas })
    .composite([
      {
        input: image.pixels as Buffer,
        raw: { width: image.width, height: image.height, channels: 3 },
        left: Math.floor((width - image.width) / 2),
        top: 0,
      },
      {
        input: Buffer.from(svg),
        left: Math.floor((width - panel.width) / 2),
        top: image.height,
      },
    ])
    .removeAlpha()
    .png()
    .toBuffer();
}
