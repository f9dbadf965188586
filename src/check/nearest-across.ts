// The nearest image of each held-out image among those that the model learns from before it.

import { createBreather } from '../base/breathe.ts';
import { type Matrix, multiplyRows, takeRows } from '../base/matrix.ts';

/** Rows whose nearest are wanted, and the rows that are searched: row numbers of one matrix. */
export interface Search {
  readonly rows: readonly number[];
  readonly among: readonly number[];
}

/** `x` times `y` transposed, `[x.rows, y.rows]`. */
export type Multiply = (x: Matrix, y: Matrix) => Promise<Float32Array> | Float32Array;

/** The most similar row of another unit; cosines, -1..1. */
export interface NearestAcross {
  readonly row: number;
  readonly other: number;
  readonly similarity: number;
  /** Of the most similar row of a third unit; -1 without one. */
  readonly second: number;
}

/** Rows searched at once, and multiplications at once: 0.2 seconds at most, so that Ctrl-C is heard. */
const [AMONG, AT_ONCE] = [2048, 1e8];

/**
 * @param directions `[n, columns]`, rows of length 1
 * @param units `[n]`: rows of one unit are never neighbours
 * @returns one for each of `rows` that has a neighbour; of equals the first in `among`
 */
export async function nearestAcross(
  directions: Matrix,
  units: readonly number[],
  { rows, among }: Search,
  multiply: Multiply,
  signal?: AbortSignal,
): Promise<NearestAcross[]> {
  const similarity = new Float32Array(rows.length).fill(-2);
  const second = new Float32Array(rows.length).fill(-2);
  const other = new Int32Array(rows.length).fill(-1);
  const breathe = createBreather(signal);
  const step = Math.max(1, Math.floor(AT_ONCE / (AMONG * directions.columns)));
  for (let from = 0; from < among.length; from += AMONG) {
    const searched = among.slice(from, from + AMONG);
    const references = takeRows(directions, searched);
    for (let start = 0; start < rows.length; start += step) {
      await breathe();
      const taken = rows.slice(start, start + step);
      const cosines = await multiply(takeRows(directions, taken), references);
      for (const [i, row] of taken.entries()) {
        const at = start + i;
        for (let j = 0; j < searched.length; j++) {
          const cosine = cosines[i * searched.length + j];
          if (cosine <= second[at] || units[searched[j]] === units[row]) continue;
          const known = other[at];
          const sameUnit = known >= 0 && units[known] === units[searched[j]];
          if (cosine <= similarity[at]) {
            if (!sameUnit) second[at] = cosine;
            continue;
          }
          if (!sameUnit) second[at] = similarity[at];
          similarity[at] = cosine;
          other[at] = searched[j];
        }
      }
    }
  }
  return rows
    .map((row, at) => ({
      row,
      other: other[at],
      similarity: similarity[at],
      second: Math.max(-1, second[at]),
    }))
    .filter((near) => near.other >= 0);
}

export function multiplyPlainly(x: Matrix, y: Matrix): Float32Array {
  return Float32Array.from({ length: x.rows * y.rows }, (_, at) =>
    multiplyRows(x, Math.floor(at / y.rows), y, at % y.rows),
  );
}
