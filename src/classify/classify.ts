// Images in, predictions out, in the order given.

import type { OnMessage } from '../base/messages.ts';
import { runInBatches } from '../features/batches.ts';
import { isOutOfDistribution } from '../head/out-of-distribution.ts';
import { type Decoder, ImageError, loadDecoder, type ReadAs } from '../images/decode.ts';
import { catchImageError } from '../images/read.ts';
import { storedNotes } from '../images/stored-notes.ts';
import { withDefaults } from '../options/validate.ts';
import {
  type Classifier,
  type ClassifierOutputs,
  type LabelScore,
  type OpenClassifierOptions,
  openClassifier,
  rankScores,
} from './classifier.ts';
import { type Decision, decide } from './decide.ts';
import { expandInputs, type ImageInput } from './inputs.ts';

/** The scores of one image, or why there are none. */
export type Prediction =
  | ({
      readonly file: string;
      readonly error?: undefined;
      /** The file is truncated or damaged, but scored because the preprocessing says so. */
      readonly damaged?: true;
    } & Scored)
  | { readonly file: string; readonly error: ImageError; readonly scores?: undefined };

export interface ClassifyOptions extends Omit<OpenClassifierOptions, 'modelDir'> {
  /** Default: 100 million. */
  readonly maxPixels?: number | undefined;
  /** Whether links in a folder to folders outside it are entered. */
  readonly followLinks?: boolean | undefined;
  readonly onMessage?: OnMessage | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Scores images with the model at `modelDir`, which stays open until the last one or a `break`.
 * @param files paths of images, and of folders for all images below them
 * @throws UsageError for invalid options, InputError for a folder without images, UnfitError when
 *   the model cannot be used; if one image cannot be scored, its prediction has an `error`
 */
export async function* classify(
  modelDir: string,
  files: string | readonly string[],
  { engine, extractor, maxPixels, followLinks, onMessage, signal }: ClassifyOptions = {},
): AsyncGenerator<Prediction> {
  const images = [files].flat();
  const model = { model_dir: modelDir, engine, extractor };
  withDefaults('classify', { images, ...model, max_pixels: maxPixels, follow_links: followLinks });
  const inputs = await expandInputs(images, onMessage, followLinks);
  const decoder = await loadDecoder({ maxPixels });
  const classifier = await openClassifier({ modelDir, engine, extractor }, onMessage);
  try {
    yield* classifyImages(inputs, classifier, decoder, signal, onMessage);
  } finally {
    await classifier.dispose();
  }
}

/** Result for one image. */
export interface Scored {
  /** Best first. */
  readonly scores: readonly LabelScore[];
  /** Undefined for a model without an operating point. */
  readonly decision: Decision | undefined;
  /** Whether it is unlike the training images; undefined for a model without a detector. */
  readonly outOfDistribution: boolean | undefined;
}

/**
 * Reads, decodes and scores; reading and decoding continue while the network runs.
 * @param onMessage receives, at the end, what is to be said of all images together
 */
export async function* classifyImages(
  inputs: Iterable<ImageInput>,
  classifier: Classifier,
  decoder: Decoder,
  signal?: AbortSignal,
  onMessage?: OnMessage,
): AsyncGenerator<Prediction> {
  const { preprocessing } = classifier.manifest;
  const damaged = new Set<ImageInput>();
  const spare: string[] = [];
  let largest: number | undefined;
  const results = runInBatches<ImageInput, Scored | ImageError>(inputs, {
    signal,
    async prepare(input) {
      const onRead = (as: ReadAs) => {
        if (as.damaged) damaged.add(input);
        if (as.spare) spare.push(input.name);
        if (as.largest !== undefined) largest = Math.max(largest ?? 0, as.largest);
      };
      const decode = (bytes: Uint8Array) => decoder.decode(bytes, preprocessing, onRead);
      const pixels = await catchImageError(async () =>
        input.use ? input.use(decode) : decode(await input.read()),
      );
      return pixels instanceof ImageError ? { result: pixels } : { pixels };
    },
    async run(pixels, count) {
      const outputs = await classifier.predict(pixels, count);
      return Array.from({ length: count }, (_, row) => scoredRow(classifier, outputs, row));
    },
  });
  for await (const { item, result } of results) {
    yield result instanceof ImageError
      ? { file: item.name, error: result }
      : { file: item.name, ...result, ...(damaged.delete(item) && { damaged: true }) };
  }
  for (const note of storedNotes(preprocessing, { largest, spare: spare.sort() })) {
    onMessage?.(...note);
  }
}

function scoredRow(
  { manifest, oodDetector }: Classifier,
  { probabilities, features }: ClassifierOutputs,
  row: number,
): Scored {
  const { labels, extractor } = manifest;
  const rowOf = (data: Float32Array, columns: number) =>
    data.subarray(row * columns, (row + 1) * columns);
  const scores = rankScores(labels, rowOf(probabilities, labels.length));
  return {
    scores,
    decision: decide(manifest, scores),
    outOfDistribution:
      oodDetector && isOutOfDistribution(oodDetector, rowOf(features, extractor.feature_size)),
  };
}
