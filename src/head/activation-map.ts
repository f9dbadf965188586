// Class activation maps: where in an image the evidence for a label is, on the last feature map.

import type { Head, HeadLayer } from './head.ts';

/** Feature map of one image, whose mean is the embedding. */
export interface FeatureMap {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** `[channels, height, width]`, row-major. */
  readonly data: Float32Array;
}

export interface ActivationMap {
  readonly height: number;
  readonly width: number;
  /**
   * `[height, width]`, row-major, unbounded: the evidence at each position. Its mean plus `bias` is
   * the label's logit, before temperature, minus the mean of all labels' logits.
   */
  readonly values: Float64Array;
  /** What the head adds for any image. */
  readonly bias: number;
  /** With hidden units: the map is a linear approximation at this image (gradient x activation). */
  readonly approximate: boolean;
}

/**
 * With one layer: Zhou et al. 2016, https://arxiv.org/abs/1512.04150. The weights are centred
 * across labels, since shifting all logits changes the map but not the softmax. With hidden units,
 * the gradient of the centred logit replaces the weights (gradient x activation,
 * https://arxiv.org/abs/1610.02391 section 3 before its ReLU).
 * @param label index of the label
 */
export function activationMap(
  { layers }: Pick<Head, 'layers'>,
  map: FeatureMap,
  label: number,
): ActivationMap {
  const labels = layers[layers.length - 1].outputs;
  let gradient = Float64Array.from(
    { length: labels },
    (_, k) => (k === label ? 1 : 0) - 1 / labels,
  );
  let bias = 0;
  // A single layer has no ReLU before it.
  const inputs = layers.length === 1 ? [] : inputsOfLayers(layers, meanOverPositions(map));
  for (let l = layers.length - 1; l >= 0; l--) {
    for (let k = 0; k < gradient.length; k++) bias += gradient[k] * layers[l].bias[k];
    gradient = gradientByInputs(layers[l], gradient);
    // The gradient is 0 where a ReLU gave 0.
    if (l > 0) gradient = gradient.map((slope, j) => (inputs[l][j] > 0 ? slope : 0));
  }
  const positions = map.height * map.width;
  const values = new Float64Array(positions);
  for (let c = 0, from = 0; c < map.channels; c++, from += positions) {
    const slope = gradient[c];
    for (let at = 0; at < positions; at++) values[at] += slope * map.data[from + at];
  }
  const { height, width } = map;
  return { height, width, values, bias, approximate: layers.length > 1 };
}

/** `[channels]`: the embedding. */
export function meanOverPositions({ channels, height, width, data }: FeatureMap): Float64Array {
  const positions = height * width;
  return Float64Array.from({ length: channels }, (_, c) => {
    const channel = data.subarray(c * positions, (c + 1) * positions);
    return channel.reduce((sum, value) => sum + value, 0) / positions;
  });
}

/** Input of each layer, after the ReLU of the previous one. */
function inputsOfLayers(layers: readonly HeadLayer[], features: Float64Array): Float64Array[] {
  const all = [features];
  for (const { inputs, outputs, weights, bias } of layers.slice(0, -1)) {
    const from = all[all.length - 1];
    const to = Float64Array.from(bias);
    for (let j = 0; j < inputs; j++) {
      for (let k = 0; k < outputs; k++) to[k] += from[j] * weights[j * outputs + k];
    }
    all.push(to.map((value) => Math.max(value, 0)));
  }
  return all;
}

function gradientByInputs(
  { inputs, outputs, weights }: HeadLayer,
  gradient: Float64Array,
): Float64Array<ArrayBuffer> {
  const result = new Float64Array(inputs);
  for (let j = 0; j < inputs; j++) {
    for (let k = 0; k < outputs; k++) result[j] += gradient[k] * weights[j * outputs + k];
  }
  return result;
}
