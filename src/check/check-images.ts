// The whole check of a dataset: reads every image once, then returns all findings, worst first.

import pMap from 'p-map';
import { INSPECTED_SIZE, type InspectedImage } from '../images/inspect.ts';
import { duplicateFindings, exactDuplicates } from './duplicates.ts';
import type { Finding } from './findings.ts';
import { shrinkToGrey } from './grey.ts';
import { findImbalance } from './imbalance.ts';
import type { CheckInput } from './input.ts';
import { findLabelErrors } from './label-errors.ts';
import { findNearDuplicates } from './near-duplicates.ts';
import { nearestNeighbours } from './neighbours.ts';
import { findBlurred, findOddities } from './oddities.ts';
import { findOutliers } from './outliers.ts';
import type { Sketch } from './polar.ts';
import { hasColour, sharpnessOf } from './sharpness.ts';
import { cachedProperties, findShortcuts, type Property } from './shortcuts.ts';
import { sketchOf } from './sketch.ts';

/** Images decoded at once. */
const INSPECTING = 4;

export interface CheckTools {
  /** Reads and decodes the image of a row; undefined when it is no longer there. */
  inspect(row: number): Promise<InspectedImage | undefined>;
  /** Images read, then pairs compared. */
  onProgress?(what: 'inspecting images' | 'comparing images', done: number, total: number): void;
}

/** What is kept of each image. */
interface ImageTraits {
  readonly sketch: Sketch;
  readonly sharpness: number;
  readonly words: Readonly<
    Record<'file type' | 'EXIF orientation' | 'EXIF maker' | 'colour', string>
  >;
}

/** @throws the signal's reason soon after it is aborted */
export async function checkImages(
  input: CheckInput,
  tools: CheckTools,
  signal?: AbortSignal,
): Promise<Finding[]> {
  const seen = await inspectAll(input, tools, signal);
  const exact = exactDuplicates(input.files);
  const repeated = new Set(exact.map(({ second }) => second));
  const near = await findNearDuplicates(
    seen.map((one, row) => (repeated.has(row) ? undefined : one?.sketch)),
    input.features,
    signal,
    (done, total) => tools.onProgress?.('comparing images', done, total),
  );
  const neighbours = await nearestNeighbours(input, signal);
  const whole = seen.flatMap((one) => one ?? []);
  const all = whole.length === seen.length;
  return worstFirst([
    ...duplicateFindings(input, [...exact, ...near]),
    ...findShortcuts(input, [...cachedProperties(input), ...(all ? headerProperties(whole) : [])]),
    ...findImbalance(input),
    ...(await findLabelErrors(input, neighbours, signal)),
    ...findOutliers(input, neighbours),
    ...findOddities(input),
    ...(all
      ? findBlurred(
          input,
          Float64Array.from(whole, (one) => one.sharpness),
        )
      : []),
  ]);
}

/** Warnings first; otherwise in the order given. */
export function worstFirst(findings: readonly Finding[]): Finding[] {
  const rank = ({ severity }: Finding) => (severity === 'warning' ? 0 : 1);
  return [...findings].sort((a, b) => rank(a) - rank(b));
}

async function inspectAll(
  { files }: CheckInput,
  { inspect, onProgress }: CheckTools,
  signal: AbortSignal | undefined,
): Promise<(ImageTraits | undefined)[]> {
  let done = 0;
  return pMap(
    files.keys(),
    async (row) => {
      signal?.throwIfAborted();
      const found = await inspect(row);
      const traits = found && traitsOf(found);
      onProgress?.('inspecting images', ++done, files.length);
      return traits;
    },
    { concurrency: INSPECTING },
  );
}

function traitsOf(image: InspectedImage): ImageTraits {
  const { pixels, header } = image;
  return {
    sketch: sketchOf(image),
    sharpness: sharpnessOf(shrinkToGrey(pixels, INSPECTED_SIZE, INSPECTED_SIZE), INSPECTED_SIZE),
    words: {
      'file type': header.format,
      'EXIF orientation': String(header.orientation),
      'EXIF maker': header.maker,
      colour: hasColour(pixels) ? 'colour' : 'grey',
    },
  };
}

function headerProperties(seen: readonly ImageTraits[]): Property[] {
  const names = ['file type', 'EXIF orientation', 'EXIF maker', 'colour'] as const;
  return names.map((name) => ({ name, values: seen.map(({ words }) => words[name]) }));
}
