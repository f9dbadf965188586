// Near-duplicates across splits without reading every image: pairs that are likely by features or
// by name, confirmed by their pixels.

import pMap from 'p-map';
import { createBreather } from '../base/breathe.ts';
import { multiplyRows } from '../base/matrix.ts';
import { originsOf } from './alike-names.ts';
import type { CheckTools } from './check-images.ts';
import type { Copy } from './duplicates.ts';
import type { CheckInput } from './input.ts';
import { type Multiply, multiplyPlainly, nearestAcross, type Search } from './nearest-across.ts';
import { directionsOf } from './neighbours.ts';
import type { Sketch } from './polar.ts';
import { relationOf } from './same-image.ts';
import { sketchOf } from './sketch.ts';

/** Cosine of standardised features from which the nearest image of another split may be a copy. */
const ALIKE = 0.8;
/**
 * A copy that changed more, such as one of half the size, is still nearest by far: at least so
 * alike, and so much closer than the next (as a share of the next one's distance).
 */
const [FAIRLY_ALIKE, FAR_CLOSER] = [0.6, 0.7];
/** Pairs confirmed at most, the most alike first. */
const MOST_PAIRS = 500;
/** Images compared by name for each one, of those that are named alike. */
const MOST_NAMESAKES = 50;
/** Pairs decoded and compared at once. */
const COMPARING = 4;
/** Images up to which it is fast enough, with a fast matrix product and without. */
const [MOST_IMAGES, MOST_IMAGES_PLAINLY] = [20_000, 5_000];

export interface AcrossInput extends Pick<CheckInput, 'files' | 'features' | 'units' | 'splits'> {
  /** `[n]`, the fold of each image that is not for testing; undefined without folds. */
  readonly folds?: readonly number[] | undefined;
}

export interface CopiesAcross {
  /** The first of each is in the earlier split, or fold; in the order of the second. */
  readonly copies: readonly Copy[];
  /** Likely pairs that were compared, and those beyond the limit or with a file that is gone. */
  readonly compared: number;
  readonly left: number;
}

export interface AcrossTools extends Pick<CheckTools, 'inspect'> {
  /** A fast matrix product; undefined: a plain one. */
  readonly multiply: Multiply | undefined;
  onProgress?(done: number, total: number): void;
}

/**
 * @returns undefined where there are too many images
 * @throws the signal's reason soon after it is aborted
 */
export async function findCopiesAcross(
  input: AcrossInput,
  { inspect, multiply, onProgress }: AcrossTools,
  signal?: AbortSignal,
): Promise<CopiesAcross | undefined> {
  const most = multiply === undefined ? MOST_IMAGES_PLAINLY : MOST_IMAGES;
  if (input.files.length > most) return undefined;
  const likely = await likelyPairs(input, multiply ?? multiplyPlainly, signal);
  const taken = likely.slice(0, MOST_PAIRS);
  const sketches = new Map<number, Promise<Sketch | undefined>>();
  const sketch = (row: number) => {
    const known = sketches.get(row) ?? inspect(row).then((image) => image && sketchOf(image));
    sketches.set(row, known);
    return known;
  };
  const breathe = createBreather(signal);
  let done = 0;
  let gone = 0;
  const found = await pMap(
    taken,
    async ([first, second]): Promise<Copy[]> => {
      const [one, other] = await Promise.all([sketch(first), sketch(second)]);
      await breathe();
      const relation = one && other && relationOf(one, other, undefined);
      if (one === undefined || other === undefined) gone++;
      onProgress?.(++done, taken.length);
      return relation ? [{ first, second, relation }] : [];
    },
    { concurrency: COMPARING },
  );
  return {
    copies: found.flat().sort((a, b) => a.second - b.second || a.first - b.first),
    compared: taken.length - gone,
    left: likely.length - taken.length + gone,
  };
}

/** `[earlier, later]`, most alike first. */
async function likelyPairs(
  input: AcrossInput,
  multiply: Multiply,
  signal: AbortSignal | undefined,
): Promise<(readonly [number, number])[]> {
  const { files, features, units } = input;
  const directions = directionsOf(features);
  const origins = originsOf(files);
  const pairs = new Map<string, { pair: readonly [number, number]; similarity: number }>();
  const offer = (row: number, other: number, similarity: number) => {
    const key = `${Math.min(row, other)} ${Math.max(row, other)}`;
    if (!pairs.has(key)) pairs.set(key, { pair: [other, row], similarity });
  };
  for (const search of searchesOf(input)) {
    for (const near of await nearestAcross(directions, units, search, multiply, signal)) {
      const { row, other, similarity, second } = near;
      const closer = 1 - similarity <= FAR_CLOSER * (1 - second);
      if (similarity >= ALIKE || (similarity >= FAIRLY_ALIKE && closer)) {
        offer(row, other, similarity);
      }
    }
    const namesakes = new Map<string, number[]>();
    for (const row of search.among) {
      const { name } = origins[row];
      const known = namesakes.get(name);
      if (known === undefined) namesakes.set(name, [row]);
      else if (known.length < MOST_NAMESAKES) known.push(row);
    }
    for (const row of search.rows) {
      const { name, endings } = origins[row];
      const others = (namesakes.get(name) ?? [])
        .filter((other) => units[other] !== units[row])
        .filter((other) => endings.length + origins[other].endings.length > 0)
        .map((other) => ({ other, similarity: multiplyRows(directions, row, directions, other) }));
      const [best] = others.sort((a, b) => b.similarity - a.similarity || a.other - b.other);
      if (best !== undefined) offer(row, best.other, best.similarity);
    }
  }
  return [...pairs.values()]
    .sort((a, b) => b.similarity - a.similarity || a.pair[1] - b.pair[1] || a.pair[0] - b.pair[0])
    .map(({ pair }) => pair);
}

/** Validation among training images, test images among both, and each fold among those before. */
function searchesOf({ files, splits, folds }: AcrossInput): Search[] {
  const rows = [...files.keys()];
  const validation = rows.filter((row) => splits[row] === 'validation');
  const testing = rows.filter((row) => splits[row] === 'testing');
  const training = rows.filter((row) => splits[row] === 'training');
  const pool = rows.filter((row) => splits[row] !== 'testing');
  const count = folds === undefined ? 0 : 1 + Math.max(...pool.map((row) => folds[row]));
  const byFolds = Array.from({ length: count }, (_, fold) => ({
    rows: pool.filter((row) => folds?.[row] === fold),
    among: pool.filter((row) => (folds?.[row] ?? 0) < fold),
  }));
  return [{ rows: validation, among: training }, { rows: testing, among: pool }, ...byFolds];
}
