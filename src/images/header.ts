// Reads the header of an image file: format, EXIF orientation and maker.

import type { Exif } from 'exif-reader';
import { type FormatId, sniffFormat } from './formats.ts';
import { loadSharp } from './sharp.ts';

export interface ImageHeader {
  readonly format: FormatId;
  /** EXIF orientation, 1..8; 1 where none is given. */
  readonly orientation: number;
  /** EXIF make of the camera or scanner, trimmed; `none` where none is given. */
  readonly maker: string;
}

/** Never throws: an unreadable header has the defaults. */
export async function readHeader(bytes: Uint8Array): Promise<ImageHeader> {
  const format = sniffFormat(bytes);
  const sharp = await loadSharp();
  try {
    const { orientation = 1, exif } = await sharp(bytes).metadata();
    return { format, orientation, maker: exif === undefined ? 'none' : await makerIn(exif) };
  } catch {
    return { format, orientation: 1, maker: 'none' };
  }
}

async function makerIn(exif: Buffer): Promise<string> {
  const { default: readExif } = await import('exif-reader');
  let found: Exif;
  try {
    found = readExif(exif);
  } catch {
    return 'none';
  }
  const make = found.Image?.Make;
  return typeof make === 'string' && make.trim() !== '' ? make.trim() : 'none';
}
