// Images in, predictions out, in the order given.

import { runInBatches } from '../features/batches.ts';
import { isOutOfDistribution } from '../head/out-of-distribution.ts';
import { type Decoder, ImageError } from '../images/decode.ts';
import { orImageError } from '../images/read.ts';
import { type Classifier, type LabelScore, type Outputs, rankScores } from './classifier.ts';
import { type Decision, decide } from './decide.ts';
import type { ImageInput } from './inputs.ts';

/** The scores of one image, or why there are none. */
export type Prediction =
  | ({
      readonly file: string;
      /** The file is cut short or damaged; the model's preprocessing says to score it all the same. */
      readonly damaged?: true;
    } & Scored)
  | { readonly file: string; readonly error: ImageError };

/** What the model says of one image. */
export interface Scored {
  /** Best first. */
  readonly scores: readonly LabelScore[];
  /** Undefined for a model without an operating point. */
  readonly decision: Decision | undefined;
  /** Whether it is unlike the training images; undefined where the model cannot tell. */
  readonly outOfDistribution: boolean | undefined;
}

/** Reads, decodes and scores; reading and decoding go on while the network works. */
export async function* classifyImages(
  inputs: Iterable<ImageInput>,
  classifier: Classifier,
  decoder: Decoder,
  signal?: AbortSignal,
): AsyncGenerator<Prediction> {
  const { preprocessing } = classifier.manifest;
  const damaged = new Set<ImageInput>();
  const results = runInBatches<ImageInput, Scored | ImageError>(inputs, {
    signal,
    async prepare(input) {
      const onDamaged = () => damaged.add(input);
      const pixels = await orImageError(async () =>
        decoder.decode(await input.read(), preprocessing, onDamaged),
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
}

function scoredRow(
  { manifest, oodDetector }: Classifier,
  { probabilities, features }: Outputs,
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
