// Why an image cannot be used.

import { type ErrorDetails, InputError } from '../base/errors.ts';

/** `code` is stable, and the message does not name the file. */
export class ImageError extends InputError {}

/**
 * The disk or share fails, which says nothing of the image: what needs all images stops, lest it take
 * them for damaged ones.
 */
export class DiskError extends InputError {
  /** For whoever goes on with other files. */
  readonly ofImage: ImageError;

  /** @param what is wrong, as the end of a sentence after `but` */
  constructor(file: string, what: string, details: ErrorDetails) {
    super(`expected to read ${file}, but ${what}`, details);
    this.ofImage = new ImageError(`the file cannot be read: ${what}`, details);
  }
}

/** @param name of the file format */
export function tooManyPixels(name: string, maxPixels: number, cause?: unknown): ImageError {
  const limit = maxPixels % 1e6 === 0 ? `${maxPixels / 1e6} million` : `${maxPixels}`;
  return new ImageError(`the ${name} image has more than ${limit} pixels`, {
    code: 'image_too_large',
    hint: 'downsize it first, e.g. vipsthumbnail FILE --size 2000, or raise --max_pixels',
    cause,
  });
}
