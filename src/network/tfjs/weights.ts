// Decodes the weight shards of a TensorFlow.js model, including quantised ones.

import * as v from 'valibot';
import { UnfitError } from '../../base/errors.ts';
import { halfToNumber, halvesToNumbers } from '../../base/half.ts';

/** A constant of the graph; `data` is row-major, booleans are 0 and 1. */
export interface TfjsWeight {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly data: Float32Array | Int32Array | Uint8Array;
  /** Whether each value of a float32 constant is one that a float16 holds, since it is stored so. */
  readonly half?: boolean;
}

const Size = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** One entry of `weightsManifest[].weights`. */
export const WeightSchema = v.object({
  name: v.string(),
  shape: v.array(Size),
  dtype: v.picklist(['float32', 'int32', 'bool']),
  quantization: v.optional(
    v.variant('dtype', [
      v.object({ dtype: v.literal('float16') }),
      v.object({ dtype: v.picklist(['uint8', 'uint16']), scale: v.number(), min: v.number() }),
    ]),
  ),
});

type WeightEntry = v.InferOutput<typeof WeightSchema>;

export interface WeightGroup {
  readonly paths: readonly string[];
  readonly weights: readonly WeightEntry[];
}

const BYTES_PER_VALUE = { float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2 } as const;

/**
 * Splits the shards of each group into its weights, as `tf.io.decodeWeights` does.
 * @param shards one per path, over all groups in order
 * @throws UnfitError when a group's shards are shorter or longer than its weights
 */
export function decodeWeights(
  groups: readonly WeightGroup[],
  shards: readonly Uint8Array[],
): Map<string, TfjsWeight> {
  const weights = new Map<string, TfjsWeight>();
  let used = 0;
  for (const group of groups) {
    const bytes = Buffer.concat(shards.slice(used, used + group.paths.length));
    used += group.paths.length;
    const expected = weightBytes(group.weights);
    if (bytes.length !== expected) {
      throw new UnfitError(
        `expected ${expected} bytes of weights in ${group.paths.join(', ')}, found ${bytes.length}`,
        { hint: 'the files are truncated or belong to another model; download them again' },
      );
    }
    let offset = 0;
    for (const entry of group.weights) {
      const end = offset + byteLength(entry);
      weights.set(entry.name, decodeWeight(entry, bytes.subarray(offset, end)));
      offset = end;
    }
  }
  return weights;
}

/** Bytes of all weights of a group together. */
export function weightBytes(weights: readonly WeightEntry[]): number {
  return weights.reduce((total, entry) => total + byteLength(entry), 0);
}

function byteLength({ shape, dtype, quantization }: WeightEntry): number {
  const count = shape.reduce((product, size) => product * size, 1);
  return count * BYTES_PER_VALUE[quantization?.dtype ?? dtype];
}

function decodeWeight({ shape, dtype, quantization }: WeightEntry, bytes: Uint8Array): TfjsWeight {
  // A copy, because typed arrays must be aligned to their element size.
  const { buffer } = Uint8Array.from(bytes);
  if (quantization === undefined) {
    const data =
      dtype === 'float32'
        ? new Float32Array(buffer)
        : dtype === 'int32'
          ? new Int32Array(buffer)
          : new Uint8Array(buffer);
    return { shape, dtype, data };
  }
  const codes = quantization.dtype === 'uint8' ? new Uint8Array(buffer) : new Uint16Array(buffer);
  if (quantization.dtype === 'float16' && dtype === 'float32') {
    return { shape, dtype, data: halvesToNumbers(codes as Uint16Array), half: true };
  }
  const value =
    quantization.dtype === 'float16'
      ? halfToNumber
      : (code: number) => code * quantization.scale + quantization.min;
  if (dtype === 'float32')
    return { shape, dtype, data: Float32Array.from(codes, value), half: false };
  return { shape, dtype, data: Int32Array.from(codes, (code) => Math.round(value(code))) };
}
