// Works out the elements of small values, as ONNX Runtime would.

import { halfToNumber } from '../../../base/half.ts';
import type { OnnxElementType, OnnxTensor } from '../graph.ts';
import { MAX_KNOWN, product, type Shape, type Value } from './step.ts';

const INTEGERS: Readonly<Partial<Record<OnnxElementType, readonly [number, number]>>> = {
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int8: [-128, 127],
  uint8: [0, 255],
  bool: [0, 1],
};

export function isInteger(type: OnnxElementType): boolean {
  return INTEGERS[type] !== undefined;
}

/** Of a constant; beyond what a number holds exactly, the nearest that it does. */
export function numbersOf({ type, shape, bytes }: OnnxTensor): readonly number[] | undefined {
  if (!isSmall(shape)) return;
  const length = product(shape);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length }, (_, i) => READERS[type](view, i));
}

const READERS: Readonly<Record<OnnxElementType, (view: DataView, index: number) => number>> = {
  float32: (view, i) => view.getFloat32(4 * i, true),
  float16: (view, i) => halfToNumber(view.getUint16(2 * i, true)),
  double: (view, i) => view.getFloat64(8 * i, true),
  int64: (view, i) => {
    const value = Number(view.getBigInt64(8 * i, true));
    return Math.min(Math.max(value, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
  },
  int32: (view, i) => view.getInt32(4 * i, true),
  int8: (view, i) => view.getInt8(i),
  uint8: (view, i) => view.getUint8(i),
  bool: (view, i) => view.getUint8(i),
};

/** Rounded to `type`; undefined where an integer overflows: nothing that a size is made of does. */
export function rounded(
  type: OnnxElementType,
  numbers: readonly number[],
): readonly number[] | undefined {
  const range = INTEGERS[type];
  if (range !== undefined) {
    const [least, most] = range;
    return numbers.every((n) => Number.isInteger(n) && n >= least && n <= most)
      ? numbers
      : undefined;
  }
  if (type === 'double') return numbers;
  return numbers.map(type === 'float16' ? toHalf : Math.fround);
}

/** To the nearest number of 16 bits, of two the even one. */
function toHalf(number: number): number {
  if (number === 0 || !Number.isFinite(number)) return number;
  const unit = 2 ** (Math.max(Math.floor(Math.log2(Math.abs(number))), -14) - 10);
  const units = number / unit;
  const below = Math.floor(units);
  const up = units - below > 0.5 || (units - below === 0.5 && below % 2 !== 0);
  const near = (up ? below + 1 : below) * unit;
  return Math.abs(near) > 65504 ? Math.sign(near) * Number.POSITIVE_INFINITY : near;
}

/** Element by element; inputs broadcast to `shape`. */
export function combine(
  type: OnnxElementType,
  shape: Shape,
  inputs: readonly Value[],
  compute: (numbers: readonly number[]) => number,
): readonly number[] | undefined {
  if (!isSmall(shape) || inputs.some(({ numbers }) => numbers === undefined)) return;
  const lists = inputs.map((value) => stretched(value, shape).numbers ?? []);
  const results = Array.from({ length: product(shape) }, (_, i) =>
    compute(lists.map((list) => list[i])),
  );
  return rounded(type, results);
}

/** Whether so few elements are worked out; sizes may be anything yet. */
export function isSmall(shape: Shape): boolean {
  const sizes = shape.every((size) => Number.isInteger(size) && size >= 0 && size <= MAX_KNOWN);
  return sizes && product(shape) <= MAX_KNOWN;
}

/** Broadcast to `shape`, which it fits. */
export function stretched(value: Value, shape: Shape): Value {
  if (value.shape.join() === shape.join()) return value;
  const missing = shape.length - value.shape.length;
  return moved(value, shape, () => {
    const own = axesIn(value.shape);
    return shape.map((size, axis) => {
      const { stride, at } = own[axis - missing] ?? { stride: 0, at: [0] };
      return { stride, at: at.length === size ? at : Array<number>(size).fill(0) };
    });
  });
}

/** One axis of a value: how far apart its elements are, and which are taken. */
export interface TakenAxis {
  readonly stride: number;
  readonly at: readonly number[];
}

/** All axes, whole. */
export function axesIn(shape: Shape): TakenAxis[] {
  return shape.map((size, axis) => ({
    stride: product(shape.slice(axis + 1)),
    at: Array.from({ length: size }, (_, i) => i),
  }));
}

/**
 * The elements at each combination of `axes`, the last running fastest: slices, tiles, transposes
 * and broadcasts are such combinations.
 * @param axes asked for only where the elements are known, and few
 */
export function moved(
  { type, numbers }: Value,
  shape: Shape,
  axes: () => readonly TakenAxis[],
): Value {
  if (numbers === undefined || !isSmall(shape)) return { type, shape };
  let from: readonly number[] = [0];
  for (const { stride, at } of axes()) {
    from = from.flatMap((start) => at.map((index) => start + index * stride));
  }
  return { type, shape, numbers: from.map((index) => numbers[index]) };
}
