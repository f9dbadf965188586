// Pictures in, predictions out, in the order given.

import { runInBatches } from '../features/batches.ts';
import { settle } from '../features/extract.ts';
import { type Decoder, PictureError } from '../images/decode.ts';
import { type Classifier, type LabelScore, rankScores } from './classifier.ts';
import type { PictureInput } from './inputs.ts';

/** The scores of one picture, or why there are none. */
export type Prediction =
  | {
      readonly file: string;
      readonly scores: readonly LabelScore[];
      /** The file is cut short or damaged; the model's recipe says to score it all the same. */
      readonly damaged?: true;
    }
  | { readonly file: string; readonly error: PictureError };

/** Reads, decodes and scores; reading and decoding go on while the network works. */
export async function* classifyPictures(
  inputs: Iterable<PictureInput>,
  classifier: Classifier,
  decoder: Decoder,
  signal?: AbortSignal,
): AsyncGenerator<Prediction> {
  const { labels, recipe } = classifier.manifest;
  const damaged = new Set<PictureInput>();
  const results = runInBatches<PictureInput, LabelScore[] | PictureError>(inputs, {
    signal,
    async prepare(input) {
      const onDamaged = () => damaged.add(input);
      const pixels = await settle(async () =>
        decoder.decode(await input.read(), recipe, onDamaged),
      );
      return pixels instanceof PictureError ? { result: pixels } : { pixels };
    },
    async run(pixels, count) {
      const all = await classifier.probabilities(pixels, count);
      const { length } = labels;
      return Array.from({ length: count }, (_, row) =>
        rankScores(labels, all.subarray(row * length, (row + 1) * length)),
      );
    },
  });
  for await (const { item, result } of results) {
    yield result instanceof PictureError
      ? { file: item.name, error: result }
      : { file: item.name, scores: result, ...(damaged.delete(item) && { damaged: true }) };
  }
}
