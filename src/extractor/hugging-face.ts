// Reads what the files beside a network of Hugging Face or timm say of the images that it takes.
// https://huggingface.co/docs/transformers/main_classes/image_processor

import path from 'node:path';
import * as v from 'valibot';
import { UnfitError } from '../base/errors.ts';
import { describeIssue } from '../base/issue.ts';
import type { Fitting, Rgb } from '../images/preprocessing.ts';
import type { Described } from './described.ts';
import { readJsonFile } from './json-file.ts';

/** PIL's numbers of the kernels that we have; others leave the choice to us. */
const RESAMPLE: Readonly<Record<number, Fitting['kernel']>> = {
  1: 'lanczos3',
  2: 'linear',
  3: 'cubic',
};
const INTERPOLATION: Readonly<Record<string, Fitting['kernel']>> = {
  lanczos: 'lanczos3',
  bilinear: 'linear',
  bicubic: 'cubic',
};
const CROP_MODE: Readonly<Record<string, Fitting['fit']>> = {
  center: 'crop',
  squash: 'stretch',
  border: 'pad',
};
/** Smaller images are cropped by ConvNeXt's recipe, larger ones are not. */
const CONVNEXT_WHOLE = 384;

const Finite = v.pipe(v.number(), v.finite());
const Positive = v.pipe(Finite, v.gtValue(0));
const Side = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const Share = v.pipe(Positive, v.maxValue(1));
const perChannel = (one: typeof Finite | typeof Positive) =>
  v.union([
    v.strictTuple([one, one, one]),
    v.pipe(
      one,
      v.transform((x): Rgb => [x, x, x]),
    ),
  ]);
const Flag = v.nullish(v.boolean());
/** Of a square, or the shorter one of a rectangle. */
const Sides = v.nullish(
  v.union(
    [
      v.pipe(
        Side,
        v.transform((side) => ({ side, shorter: false })),
      ),
      v.pipe(
        v.object({ shortest_edge: Side }),
        v.transform(({ shortest_edge: side }) => ({ side, shorter: true })),
      ),
      v.pipe(
        v.object({ height: Side, width: Side }),
        v.check(({ height, width }) => height === width),
        v.transform(({ height: side }) => ({ side, shorter: false })),
      ),
    ],
    'expected a side in pixels, shortest_edge, or the same height and width',
  ),
);

const PreprocessorSchema = v.object({
  do_resize: Flag,
  size: Sides,
  do_center_crop: Flag,
  crop_size: Sides,
  crop_pct: v.nullish(Share),
  resample: v.nullish(v.number()),
  do_rescale: Flag,
  rescale_factor: v.nullish(Positive),
  do_normalize: Flag,
  image_mean: v.nullish(perChannel(Finite)),
  image_std: v.nullish(perChannel(Positive)),
  /** What we do not do. */
  do_flip_channel_order: Flag,
  rescale_offset: Flag,
});

type Preprocessor = v.InferOutput<typeof PreprocessorSchema>;

const TimmSchema = v.object({
  pretrained_cfg: v.object({
    input_size: v.strictTuple([v.literal(3), Side, Side]),
    interpolation: v.nullish(v.string()),
    crop_pct: v.nullish(Share),
    crop_mode: v.nullish(v.string()),
    mean: perChannel(Finite),
    std: perChannel(Positive),
  }),
});

/**
 * What `preprocessor_config.json` in `folder` says, or else timm's `config.json`.
 * @returns undefined where neither says anything
 * @throws UnfitError for one that is malformed, or says what we do not do
 */
export async function readHubRecipe(folder: string): Promise<Described | undefined> {
  const [file, config] = ['preprocessor_config.json', 'config.json'].map((name) =>
    path.join(folder, name),
  );
  const fields = await readJsonFile(file);
  if (fields !== undefined) return fromPreprocessor(parsed(file, PreprocessorSchema, fields), file);
  const model = await readJsonFile(config);
  // Of other models, it says how the network is built.
  const isTimm = model !== null && typeof model === 'object' && 'pretrained_cfg' in model;
  return isTimm ? fromTimm(parsed(config, TimmSchema, model), config) : undefined;
}

function parsed<S extends v.GenericSchema>(file: string, schema: S, fields: unknown) {
  const result = v.safeParse(schema, fields);
  if (result.success) return result.output;
  throw unfit(`expected valid fields in ${file}: ${describeIssue(result.issues[0])}`);
}

function fromPreprocessor(fields: Preprocessor, file: string): Described {
  for (const name of ['do_flip_channel_order', 'rescale_offset'] as const) {
    if (fields[name]) throw unfit(`expected a recipe without ${name} in ${file}, found it`);
  }
  return { ...fittingOf(fields), ...normalisationOf(fields) };
}

/** The network is given `(p * factor - mean) / std` for p of 0..255. */
function normalisationOf(fields: Preprocessor): Pick<Described, 'mean' | 'std'> {
  const { do_rescale = true, rescale_factor, do_normalize = true } = fields;
  const { image_mean: mean, image_std: std } = do_normalize
    ? fields
    : { image_mean: [0, 0, 0] as const, image_std: [1, 1, 1] as const };
  // Each class of recipe has values of its own for these.
  if (!mean || !std) return {};
  const factor = do_rescale ? (rescale_factor ?? 1 / 255) : 1;
  // 1/255 is often written with fewer digits.
  const whole = Math.abs(255 * factor - 1) < 1e-6 ? 1 : 255 * factor;
  const scaled = ([r, g, b]: Rgb): Rgb => [r / whole, g / whole, b / whole];
  return { mean: scaled(mean), std: scaled(std) };
}

function fittingOf(fields: Preprocessor): Pick<Described, 'imageSize' | 'fitting'> {
  const { resample, crop_pct } = fields;
  const resized = fields.do_resize === false ? undefined : fields.size;
  const cropped = fields.do_center_crop ? fields.crop_size : undefined;
  const imageSize = cropped?.side ?? resized?.side;
  if (imageSize === undefined) return {};
  const byConvNext = crop_pct && imageSize < CONVNEXT_WHOLE ? crop_pct : undefined;
  const crops = fields.do_center_crop || byConvNext || (resized?.shorter && !crop_pct);
  const share = byConvNext ?? Math.min(1, imageSize / (resized?.side ?? imageSize));
  const kernel = RESAMPLE[resample ?? -1];
  const fit = crops ? ({ fit: 'crop', crop_share: share } as const) : ({ fit: 'stretch' } as const);
  return { imageSize, fitting: { ...fit, ...(kernel && { kernel }) } };
}

function fromTimm(
  { pretrained_cfg: config }: v.InferOutput<typeof TimmSchema>,
  file: string,
): Described {
  const { mean, std, input_size: size, crop_pct: share, crop_mode, interpolation } = config;
  const [, height, width] = size;
  if (height !== width) {
    throw unfit(`expected the size of square images in ${file}, found ${height}x${width}`);
  }
  const fit = CROP_MODE[crop_mode ?? 'center'];
  const kernel = INTERPOLATION[interpolation ?? ''];
  const fitting = {
    ...(fit && { fit }),
    ...(fit === 'crop' && share && { crop_share: share }),
    ...(kernel && { kernel }),
  };
  return { imageSize: height, mean, std, fitting };
}

function unfit(message: string): UnfitError {
  return new UnfitError(message, {
    hint: 'say it with an extractor.json beside the network, which goes before this file',
  });
}
