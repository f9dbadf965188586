// The preprocessing of a run: what the options say goes before what the network wants.

import { UsageError } from '../base/errors.ts';
import { type ExtractorSpec, IMAGE_SIZE } from '../extractor/extractor.ts';
import { createPreprocessing, type Preprocessing } from '../images/preprocessing.ts';
import { parseMean, parseStd } from '../options/channels.ts';
import type { RetrainOptions } from '../options/commands.ts';
import { parsePixelRange } from '../options/pixel-range.ts';

export type PreprocessingOptions = Pick<
  RetrainOptions,
  'image_size' | 'fit' | 'crop_share' | 'kernel' | 'mean' | 'std' | 'pixel_range' | 'damaged'
>;

/** @throws UsageError for a crop share without a crop, and for a size that is too small or too large */
export function preprocessingOf(
  { imageSize, mean, std, fitting }: Pick<ExtractorSpec, 'imageSize' | 'mean' | 'std' | 'fitting'>,
  options: PreprocessingOptions,
): Preprocessing {
  const { fit = fitting?.fit ?? 'stretch', crop_share: share } = options;
  if (share !== undefined && fit !== 'crop') {
    throw new UsageError(`expected --fit crop together with --crop_share, found ${fit}`, {
      hint: 'give --fit crop, or leave out --crop_share',
    });
  }
  const { image_size: size = imageSize } = options;
  const { from, to } = IMAGE_SIZE;
  if (size !== imageSize && (size < from || size > to)) {
    throw new UsageError(`expected --image_size to be from ${from} to ${to}, found ${size}`, {
      hint: `use --image_size ${size < from ? from : to}, or leave it out for ${imageSize}`,
    });
  }
  return createPreprocessing({
    size,
    fit,
    crop_share: fit === 'crop' ? (share ?? fitting?.crop_share ?? 1) : 1,
    kernel: options.kernel ?? fitting?.kernel ?? 'linear',
    mean: parseMean(options.mean ?? '') ?? mean,
    std: parseStd(options.std ?? '') ?? std,
    pixel_range: parsePixelRange(options.pixel_range ?? '') ?? null,
    damaged: options.damaged,
  });
}
