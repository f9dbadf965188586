// Explains a score: where in the image the evidence for a label is.

import { UnfitError, UsageError } from '../base/errors.ts';
import { indexOfName } from '../base/names.ts';
import { type ActivationMap, activationMap } from '../head/activation-map.ts';
import type { Decoder } from '../images/decode.ts';
import type { Legend } from '../images/draw-heat.ts';
import type { HeatMap } from '../images/heat.ts';
import { type Classifier, type LabelScore, rankScores } from './classifier.ts';

export interface Explanation {
  /** The label with its score. */
  readonly legend: Legend;
  /** All scores, best first. */
  readonly scores: readonly LabelScore[];
  readonly map: ActivationMap;
  /**
   * The map as it is drawn, with the bias in every cell: the centred logit of an image that looked
   * like this cell everywhere. 0 is evidence neither for nor against the label.
   */
  readonly heat: HeatMap;
}

/** A hint lists at most this many labels. */
const LABELS_NAMED = 20;

/**
 * @param label that the evidence is for; default: the best
 * @throws ImageError when the bytes are not an image, and as `requireExplainable`
 */
export async function explainImage(
  bytes: Uint8Array,
  classifier: Classifier,
  decoder: Decoder,
  label?: string,
): Promise<Explanation> {
  const { labels, preprocessing } = classifier.manifest;
  const predictMaps = requireExplainable(classifier, label);
  const pixels = await decoder.decode(bytes, preprocessing);
  const { probabilities, featureMap } = await predictMaps(pixels, 1);
  const scores = rankScores(labels, probabilities);
  const [, channels, height, width] = featureMap.shape;
  const index = indexOfName(labels, label ?? scores[0].label);
  const map = activationMap(
    classifier.head,
    { channels, height, width, data: featureMap.data },
    index,
  );
  const legend = {
    label: labels[index],
    score: probabilities[index],
    rank: scores.findIndex((one) => one.label === labels[index]) + 1,
    labels: labels.length,
    approximate: map.approximate,
  };
  return { legend, scores, map, heat: { ...map, values: map.values.map((v) => v + map.bias) } };
}

/**
 * The function that the evidence comes from.
 * @throws UsageError for a label that the model does not know; UnfitError where the engine does not
 *   give the last feature map
 */
export function requireExplainable(
  { manifest: { labels, extractor }, predictMaps, engine, runtime }: Classifier,
  label?: string,
): NonNullable<Classifier['predictMaps']> {
  if (label !== undefined && indexOfName(labels, label) === -1) {
    const some = labels.slice(0, LABELS_NAMED).join(', ');
    throw new UsageError(`expected a label of the model to explain, found ${label}`, {
      hint: `use one of: ${some}${labels.length > LABELS_NAMED ? ', ...' : ''}`,
    });
  }
  if (predictMaps !== undefined) return predictMaps;
  if (engine === 'onnx') {
    throw new UnfitError(
      `expected features that are a mean over places for an explanation, found those of ${extractor.embedding_node}`,
      { hint: 'train with an --embedding that is such a mean' },
    );
  }
  throw new UnfitError(
    `expected an engine that gives the last feature map for an explanation, found ${runtime}`,
    { hint: 'use --engine onnx; install it with npm install --ignore-scripts onnxruntime-node' },
  );
}
