// Where images enter a stranger's ONNX graph, and in which form.

import { UnfitError } from '../../base/errors.ts';
import { examplesOf } from '../../base/examples.ts';
import type { OnnxGraph, OnnxValueInfo } from '../../network/onnx/graph.ts';

const TYPES = ['float32', 'float16', 'uint8'] as const;
/** From channels last to channels first. */
const TO_NCHW = '0,3,1,2';
/** What may lie between an input and the node that shows its layout. */
const ELEMENTWISE = ['Cast', 'Identity', 'Add', 'Sub', 'Mul', 'Div'];

export interface ImageInput {
  readonly name: string;
  /** uint8: pixel values 0..255 as they are. */
  readonly type: (typeof TYPES)[number];
  readonly layout: 'nchw' | 'nhwc';
  /** Height and width; undefined for any. */
  readonly size: readonly [number, number] | undefined;
  /** It takes one image at a time. */
  readonly single: boolean;
}

/** @throws UnfitError for a network that takes no batches of RGB images */
export function imageInputOf(graph: OnnxGraph, file: string): ImageInput {
  const inputs = graph.inputs.filter(({ shape }) => shape.length === 4);
  const info = inputs.find(({ shape }) => shape.includes(3)) ?? inputs[0];
  const refuse = (found: string) =>
    new UnfitError(
      `expected a network that takes RGB images, n x 3 x height x width or n x height x width x 3, in ${file}, found ${found}`,
      { hint: 'use another feature extractor, or export this one for images' },
    );
  if (info === undefined) throw refuse(examplesOf(graph.inputs.map(describePort)) || 'no input');
  const { name, shape } = info;
  const [n, second, , fourth] = shape;
  const type = TYPES.find((one) => one === info.type);
  const layout = layoutOf(second, fourth) ?? layoutByReaders(graph, name);
  const channels = layout === 'nchw' ? second : fourth;
  const fits = typeof channels === 'string' || channels === 3;
  if (type === undefined || !fits || (typeof n === 'number' && n !== 1)) {
    throw refuse(describePort(info));
  }
  const [height, width] = layout === 'nchw' ? shape.slice(2) : shape.slice(1, 3);
  const side = [height, width].find((one) => typeof one === 'number');
  const sideOf = (one: number | string) => (typeof one === 'number' ? one : Number(side));
  const size = side === undefined ? undefined : ([sideOf(height), sideOf(width)] as const);
  return { name, type, layout, size, single: n === 1 };
}

/** `pixel_values float32 batch x 3 x 224 x 224` */
export function describePort({ name, type, shape }: OnnxValueInfo): string {
  return `${name} ${type} ${shape.join(' x ')}`.trimEnd();
}

type Axis = number | string;

/** By the axis of three channels, or the one that has no other number; undefined: either may be it. */
function layoutOf(second: Axis, fourth: Axis): ImageInput['layout'] | undefined {
  if ((second === 3) !== (fourth === 3)) return second === 3 ? 'nchw' : 'nhwc';
  if (typeof second !== typeof fourth) return typeof second === 'string' ? 'nchw' : 'nhwc';
  return typeof second === 'number' ? 'nchw' : undefined;
}

/** Convolutions take channels first: what came with channels last is turned before them. */
function layoutByReaders({ nodes }: OnnxGraph, name: string): ImageInput['layout'] {
  const same = new Set([name]);
  for (const { op, inputs, outputs, attributes = {} } of nodes) {
    if (!inputs.some((input) => same.has(input))) continue;
    const { perm } = attributes;
    if (op === 'Transpose' && perm && 'ints' in perm) {
      return perm.ints.join() === TO_NCHW ? 'nhwc' : 'nchw';
    }
    if (!ELEMENTWISE.includes(op)) return 'nchw';
    same.add(outputs[0]);
  }
  return 'nchw';
}
