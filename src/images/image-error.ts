// Why an image cannot be used.

import { InputError } from '../base/errors.ts';

/** `code` is stable, and the message does not name the file. */
export class ImageError extends InputError {}

/** @param name of the file format */
export function tooManyPixels(name: string, maxPixels: number, cause?: unknown): ImageError {
  const limit = maxPixels % 1e6 === 0 ? `${maxPixels / 1e6} million` : `${maxPixels}`;
  return new ImageError(`the ${name} image has more than ${limit} pixels`, {
    code: 'image_too_large',
    hint: 'downsize it first, e.g. vipsthumbnail FILE --size 2000, or raise --max_pixels',
    cause,
  });
}
