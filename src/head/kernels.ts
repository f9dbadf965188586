// The two matrix products of a dense layer, in plain loops over float64: four rows by two labels
// at a time, so that every number loaded is used several times and no addition waits for the
// previous one. Measured about three times as fast as plain loops (test/bench/training.ts).

import type { Matrix } from '../base/matrix.ts';

/** Rows handled together. */
const LANES = 4;
/** Rows gathered at once: 128 rows of 1,280 features are 1.3 MB, about a processor's L2 cache. */
export const BLOCK_ROWS = 128;

/** Some rows as float64, padded with zero rows to whole groups of four. */
export interface Block {
  /** Rows without the padding. */
  count: number;
  readonly features: number;
  /** `[BLOCK_ROWS or fewer, features]`, row-major. */
  readonly x: Float64Array;
}

export function createBlock(rows: number, features: number): Block {
  const padded = Math.ceil(Math.min(rows, BLOCK_ROWS) / LANES) * LANES;
  return { count: 0, features, x: new Float64Array(padded * features) };
}

/** Fills the block with `rows[from]`, `rows[from + 1]`... of the matrix, as many as fit. */
export function loadBlock(
  block: Block,
  { data }: Matrix,
  rows: ArrayLike<number>,
  from: number,
): void {
  const { x, features } = block;
  block.count = Math.min(rows.length - from, x.length / features);
  for (let i = 0; i < block.count; i++) {
    const start = rows[from + i] * features;
    x.set(data.subarray(start, start + features), i * features);
  }
  x.fill(0, block.count * features);
}

/**
 * `out[i, k] = bias[k] + sum over j of x[i, j] weights[k, j]`.
 * @param weights `[labels, features]`
 * @param out `[at least count rounded up to four, labels]`
 */
export function multiply(
  { x, features, count }: Block,
  weights: Float64Array,
  bias: Float64Array,
  out: Float64Array,
): void {
  const labels = bias.length;
  for (let i = 0; i < count; i += LANES) {
    const x0 = i * features;
    const x1 = x0 + features;
    const x2 = x1 + features;
    const x3 = x2 + features;
    const at = i * labels;
    for (let k = 0; k < labels; k += 2) {
      // With an odd number of labels the last one is paired with itself.
      const k2 = k + 1 < labels ? k + 1 : k;
      const w = k * features;
      const w2 = k2 * features;
      let a0 = bias[k];
      let a1 = a0;
      let a2 = a0;
      let a3 = a0;
      let b0 = bias[k2];
      let b1 = b0;
      let b2 = b0;
      let b3 = b0;
      for (let j = 0; j < features; j++) {
        const u = weights[w + j];
        const v = weights[w2 + j];
        const p = x[x0 + j];
        const q = x[x1 + j];
        const r = x[x2 + j];
        const s = x[x3 + j];
        a0 += p * u;
        a1 += q * u;
        a2 += r * u;
        a3 += s * u;
        b0 += p * v;
        b1 += q * v;
        b2 += r * v;
        b3 += s * v;
      }
      out[at + k] = a0;
      out[at + labels + k] = a1;
      out[at + 2 * labels + k] = a2;
      out[at + 3 * labels + k] = a3;
      out[at + k2] = b0;
      out[at + labels + k2] = b1;
      out[at + 2 * labels + k2] = b2;
      out[at + 3 * labels + k2] = b3;
    }
  }
}

/**
 * `gradient[k, j] += sum over i of errors[i, k] x[i, j]`.
 * @param errors `[at least count rounded up to four, labels]`, finite also in padding rows
 * @param gradient `[labels, features]`
 */
export function multiplyTransposed(
  { x, features, count }: Block,
  errors: Float64Array,
  labels: number,
  gradient: Float64Array,
): void {
  for (let k = 0; k < labels; k += 2) {
    // An odd last label is paired with a row of zero errors, which adds nothing to it.
    const paired = k + 1 < labels;
    const g = k * features;
    const g2 = paired ? g + features : g;
    for (let i = 0; i < count; i += LANES) {
      const at = i * labels + k;
      const a0 = errors[at];
      const a1 = errors[at + labels];
      const a2 = errors[at + 2 * labels];
      const a3 = errors[at + 3 * labels];
      const b0 = paired ? errors[at + 1] : 0;
      const b1 = paired ? errors[at + labels + 1] : 0;
      const b2 = paired ? errors[at + 2 * labels + 1] : 0;
      const b3 = paired ? errors[at + 3 * labels + 1] : 0;
      const x0 = i * features;
      const x1 = x0 + features;
      const x2 = x1 + features;
      const x3 = x2 + features;
      for (let j = 0; j < features; j++) {
        const p = x[x0 + j];
        const q = x[x1 + j];
        const r = x[x2 + j];
        const s = x[x3 + j];
        gradient[g + j] += a0 * p + a1 * q + (a2 * r + a3 * s);
        gradient[g2 + j] += b0 * p + b1 * q + (b2 * r + b3 * s);
      }
    }
  }
}
