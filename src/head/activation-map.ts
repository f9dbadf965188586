// Where in an image the evidence for a label lies: class activation maps, on the network's last map.

import type { Head, HeadLayer } from './head.ts';

/** What the embedding is the mean of, for one image. */
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
   * `[height, width]`, row-major, without bounds: the evidence at each position. Its mean plus
   * `bias` is the label's logit, before temperature, less the mean of all labels' logits.
   */
  readonly values: Float64Array;
  /** What the head adds whatever the image shows. */
  readonly bias: number;
  /** True with hidden units: the map then holds near this image only (gradient x activation). */
  readonly approximate: boolean;
}

/**
 * With one layer: Zhou et al. 2016, https://arxiv.org/abs/1512.04150. The weights are centred across
 * labels, since softmax does not change when all logits shift, but the map would. With hidden units
 * the gradient of the centred logit takes the place of the weights (gradient x activation,
 * https://arxiv.org/abs/1610.02391 section 3 before its ReLU).
 * @param label index of the label that the evidence is for or against
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
  const inputs = inputsOfLayers(layers, meanOverPositions(map));
  for (let l = layers.length - 1; l >= 0; l--) {
    for (let k = 0; k < gradient.length; k++) bias += gradient[k] * layers[l].bias[k];
    gradient = gradientByInputs(layers[l], gradient);
    // A ReLU that gave 0 passes nothing back.
    if (l > 0) gradient = gradient.map((slope, j) => (inputs[l][j] > 0 ? slope : 0));
  }
  const positions = map.height * map.width;
  const values = new Float64Array(positions);
  for (let c = 0; c < map.channels; c++) {
    for (let at = 0; at < positions; at++) {
      values[at] += gradient[c] * map.data[c * positions + at];
    }
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

/** What goes into each layer, after the ReLU of the one before. */
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
