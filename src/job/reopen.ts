// Opens a new model as classify will, before the old one is replaced.

import { messageOf, UnfitError } from '../base/errors.ts';
import { openModel } from '../classify/classifier.ts';
import { applyHead, type Head } from '../head/head.ts';
import { checkNetwork } from '../model/check-network.ts';
import { FILE_NAMES } from '../model/manifest.ts';
import type { RetrainOptions } from '../options/commands.ts';
import type { Candidate } from './candidate.ts';

/** Grey level of the image that is scored. */
const GREY = 128;
/** Scores of the saved network and of the head on the network's own features agree to this. */
const TOLERANCE = 1e-3;
/**
 * Besides, this share of the terms that a logit is the sum of: where features hardly differ between images, terms
 * of 100,000 cancel, and float32 holds them to a hundredth.
 */
const ROUNDING = 2 ** -21;

/** @throws UnfitError `model_unusable` unless the model opens and scores an image */
export async function requireUsable(
  { payload, manifest }: Pick<Candidate, 'payload' | 'manifest'>,
  { engine, extractor, model_dir: folder }: RetrainOptions,
): Promise<void> {
  const files = new Map(FILE_NAMES.map((name) => [name, Buffer.from(payload[name])]));
  try {
    // Also with TensorFlow.js, which does not open this file: another machine will.
    checkNetwork(files.get('model.onnx') as Uint8Array, manifest, folder);
    const classifier = await openModel({ folder, manifest, files }, { engine, extractor });
    try {
      const pixels = new Uint8Array(3 * manifest.preprocessing.size ** 2).fill(GREY);
      const { probabilities, features } = await classifier.predict(pixels, 1);
      const row = { rows: 1, columns: manifest.extractor.feature_size, data: features };
      const expected = applyHead(classifier.head, row);
      const { temperature } = classifier.head;
      const most = TOLERANCE + (ROUNDING * largestTerms(classifier.head, features)) / temperature;
      const agrees = expected.every((p, label) => Math.abs(p - probabilities[label]) < most);
      if (!agrees) throw new Error('its scores are not those of its head');
    } finally {
      await classifier.dispose();
    }
  } catch (error) {
    throw new UnfitError(`expected the new model to open and to score, but ${messageOf(error)}`, {
      code: 'model_unusable',
      hint: `nothing was saved to ${folder}: use another --extractor, and report this one`,
      cause: error,
    });
  }
}

/** The largest sum of the absolute terms of a logit. */
export function largestTerms(
  { layers }: Pick<Head, 'layers'>,
  features: ArrayLike<number>,
): number {
  const terms = layers.reduce<readonly number[]>(
    (values, { outputs, weights, bias }) =>
      Array.from(bias, (shift, k) =>
        values.reduce(
          (sum, value, j) => sum + Math.abs(value * weights[j * outputs + k]),
          Math.abs(shift),
        ),
      ),
    Array.from(features),
  );
  return Math.max(...terms);
}
