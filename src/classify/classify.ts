// Pictures in, predictions out, in the order given.

import { runInBatches } from '../features/batches.ts';
import { isUnfamiliar } from '../head/familiarity.ts';
import { type Decoder, PictureError } from '../images/decode.ts';
import { orPictureError } from '../images/read.ts';
import { type Classifier, type LabelScore, type Outputs, rankScores } from './classifier.ts';
import { type Decision, decide } from './decide.ts';
import type { PictureInput } from './inputs.ts';

/** The scores of one picture, or why there are none. */
export type Prediction =
  | ({
      readonly file: string;
      /** The file is cut short or damaged; the model's recipe says to score it all the same. */
      readonly damaged?: true;
    } & Scored)
  | { readonly file: string; readonly error: PictureError };

/** What the model says of one picture. */
export interface Scored {
  /** Best first. */
  readonly scores: readonly LabelScore[];
  /** Undefined for a model without an operating point. */
  readonly decision: Decision | undefined;
  /** Whether it is unlike the training pictures; undefined where the model cannot tell. */
  readonly unfamiliar: boolean | undefined;
}

/** Reads, decodes and scores; reading and decoding go on while the network works. */
export async function* classifyPictures(
  inputs: Iterable<PictureInput>,
  classifier: Classifier,
  decoder: Decoder,
  signal?: AbortSignal,
): AsyncGenerator<Prediction> {
  const { recipe } = classifier.manifest;
  const damaged = new Set<PictureInput>();
  const results = runInBatches<PictureInput, Scored | PictureError>(inputs, {
    signal,
    async prepare(input) {
      const onDamaged = () => damaged.add(input);
      const pixels = await orPictureError(async () =>
        decoder.decode(await input.read(), recipe, onDamaged),
      );
      return pixels instanceof PictureError ? { result: pixels } : { pixels };
    },
    async run(pixels, count) {
      const outputs = await classifier.predict(pixels, count);
      return Array.from({ length: count }, (_, row) => scoredRow(classifier, outputs, row));
    },
  });
  for await (const { item, result } of results) {
    yield result instanceof PictureError
      ? { file: item.name, error: result }
      : { file: item.name, ...result, ...(damaged.delete(item) && { damaged: true }) };
  }
}

function scoredRow(
  { manifest, familiarity }: Classifier,
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
    unfamiliar: familiarity && isUnfamiliar(familiarity, rowOf(features, extractor.feature_size)),
  };
}
