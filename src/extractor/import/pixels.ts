// The beginning of every network: bytes of images become what it was trained on.

import { type NetworkInput, pixelScaling } from '../../images/preprocessing.ts';
import { ELEMENT_TYPES } from '../../network/onnx/constants.ts';
import { NETWORK_INPUT } from '../../network/onnx/names.ts';
import type { GraphBuilder } from './values.ts';

/** The form in which a network takes images. */
export interface PixelForm {
  /** uint8: pixel values 0..255 as they are. */
  readonly type: 'float32' | 'float16' | 'uint8';
  readonly layout: 'nchw' | 'nhwc';
}

/**
 * Moves channels first, while they are still bytes, and normalises.
 * @returns the name of the value
 */
export function importPixels(
  builder: GraphBuilder,
  { type, layout }: PixelForm,
  input: NetworkInput,
): string {
  const perm = { perm: { ints: [0, 3, 1, 2] } };
  const bytes =
    layout === 'nchw'
      ? builder.emit('Transpose', [NETWORK_INPUT], 'image/nchw', perm)
      : NETWORK_INPUT;
  if (type === 'uint8') return bytes;
  const { scale, offset } = pixelScaling(input);
  const cast = (name: string, to: 'float32' | 'float16', hint: string) =>
    builder.emit('Cast', [name], hint, { to: { int: ELEMENT_TYPES[to] } });
  // One number if it is the same for all channels.
  const floats = (name: string, values: readonly number[]) =>
    new Set(values).size === 1
      ? builder.floats(name, [], values.slice(0, 1))
      : builder.floats(name, layout === 'nchw' ? [3, 1, 1] : [3], values);
  const scaled = builder.emit(
    'Mul',
    [cast(bytes, 'float32', 'image/float'), floats('image/scale', scale)],
    'image/scaled',
  );
  const shift = () =>
    builder.emit('Add', [scaled, floats('image/offset', offset)], 'image/shifted');
  const value = offset.some((one) => one !== 0) ? shift() : scaled;
  return type === 'float16' ? cast(value, 'float16', 'image/float16') : value;
}
