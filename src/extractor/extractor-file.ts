// Reads extractor.json, which describes what the files of a user's own graph model do not say.

import path from 'node:path';
import * as v from 'valibot';
import { UnfitError } from '../base/errors.ts';
import { describeIssue } from '../base/issue.ts';
import { FITS, fromInputRange, KERNELS, type Rgb } from '../images/preprocessing.ts';
import { EXTRACTOR_ID, type ExtractorSpec, MAX_IMAGE_SIZE } from './extractor.ts';
import { readJsonFile } from './json-file.ts';

const Text = v.pipe(v.string(), v.nonEmpty());
const PositiveInteger = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const Finite = v.pipe(v.number(), v.finite());

const Positive = v.pipe(Finite, v.gtValue(0));

const COMMON = {
  /** Becomes part of folder and file names. */
  id: v.pipe(v.string(), v.regex(EXTRACTOR_ID, 'use letters, digits, . _ -')),
  /** Side of the input image the network was trained at, in pixels. */
  image_size: v.pipe(PositiveInteger, v.maxValue(MAX_IMAGE_SIZE)),
};
const ORIGIN = { feature_size: PositiveInteger, licence: Text, source: Text };

const Schema1 = v.strictObject({
  schema_version: v.literal(1),
  ...COMMON,
  /** The input values for pixel values 0 and 255. */
  input_range: v.pipe(
    v.strictTuple([Finite, Finite]),
    v.check(([low, high]) => low < high, 'the first number must be the smaller one'),
  ),
  /** Name of the node that gives the features. */
  embedding_node: Text,
  ...ORIGIN,
});

/** One number for all channels, or one for each. */
const perChannel = (one: typeof Finite | typeof Positive) =>
  v.pipe(
    v.union([one, v.strictTuple([one, one, one])], 'expected one number or three'),
    v.transform((value): Rgb => (typeof value === 'number' ? [value, value, value] : value)),
  );

const Schema2 = v.strictObject({
  schema_version: v.literal(2),
  ...COMMON,
  /** Of pixel values divided by 255. */
  mean: perChannel(Finite),
  std: perChannel(Positive),
  fit: v.optional(v.picklist(FITS)),
  crop_share: v.optional(v.pipe(Positive, v.maxValue(1))),
  kernel: v.optional(v.picklist(KERNELS)),
  /** Name of the node that gives the features. */
  embedding: Text,
  ...ORIGIN,
});

const ExtractorFileSchema = v.variant('schema_version', [Schema1, Schema2]);

/** @throws UnfitError when extractor.json is missing from `folder` or malformed. */
export async function readExtractorSpec(folder: string): Promise<ExtractorSpec> {
  const file = path.join(folder, 'extractor.json');
  const fields = await readJsonFile(file);
  if (fields === undefined) {
    throw unfit(`expected ${file} next to the graph model, found nothing there`);
  }
  const result = v.safeParse(ExtractorFileSchema, fields);
  if (!result.success) {
    throw unfit(`expected valid fields in ${file}: ${describeIssue(result.issues[0])}`);
  }
  const { output } = result;
  return {
    id: output.id,
    imageSize: output.image_size,
    ...(output.schema_version === 1 ? fromSchema1(output) : fromSchema2(output)),
    featureSize: output.feature_size,
    licence: output.licence,
    source: output.source,
  };
}

function fromSchema1({ input_range, embedding_node }: v.InferOutput<typeof Schema1>) {
  return { ...fromInputRange(...input_range), embeddingNode: embedding_node };
}

function fromSchema2(output: v.InferOutput<typeof Schema2>) {
  const { mean, std, fit, crop_share, kernel, embedding } = output;
  const fitting = {
    ...(fit && { fit }),
    ...(crop_share && { crop_share }),
    ...(kernel && { kernel }),
  };
  return { mean, std, fitting, embeddingNode: embedding };
}

function unfit(message: string): UnfitError {
  const fields = Object.keys(Schema2.entries).join(', ');
  return new UnfitError(message, { hint: `extractor.json has the fields ${fields}` });
}
