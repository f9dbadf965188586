// Lays a coarse heat map over an image: interpolation, colours, blending; pure.

import type { Part } from './preprocessing.ts';

/** An 8-bit image in memory. */
export interface RgbImage {
  /** uint8 RGB `[height, width, 3]`, row-major, 0..255. */
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Evidence by location; the map spans the network's square input. */
export interface HeatMap {
  readonly width: number;
  readonly height: number;
  /** `[height, width]`, row-major: above 0 is for the label, below 0 against it. */
  readonly values: ArrayLike<number>;
}

/**
 * Vermillion for, blue against: two colours of Okabe & Ito's palette (Wong 2011, Nature Methods 8,
 * 441) that are distinguishable with any colour blindness. Zero evidence has no colour.
 */
const FOR = [213, 94, 0] as const;
const AGAINST = [0, 114, 178] as const;
/** Opacity of the colour where evidence is strongest, so that the image stays visible below. */
const STRONGEST = 0.6;
/** Contrast that is left where the network saw nothing, around a grey that is neither dark nor light. */
const UNSEEN = 0.25;
const MIDDLE = 128;
/** Shares of red, green and blue in a grey level: ITU-R BT.601. */
const GREY = [0.299, 0.587, 0.114] as const;

const WHOLE: Part = { left: 0, top: 0, width: 1, height: 1 };

/** Largest evidence in either direction, the ends of the colour scale; at least 0. */
export function heatLimit({ values }: HeatMap): number {
  return Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/**
 * The colour of evidence over a grey level.
 * @param share evidence / limit, -1..1
 * @param grey 0..255
 * @returns red, green and blue, 0..255
 */
export function heatColour(share: number, grey: number): [number, number, number] {
  const [red, green, blue] = share > 0 ? FOR : AGAINST;
  const weight = STRONGEST * Math.min(1, Math.abs(share));
  return [blend(grey, red, weight), blend(grey, green, weight), blend(grey, blue, weight)];
}

function blend(grey: number, colour: number, weight: number): number {
  // Math.round, in a third of its time: a page holds two million such pixels.
  return (grey + (colour - grey) * weight + 0.5) | 0;
}

/**
 * The image in grey, so that none of its colours is mistaken for evidence, with the map over it.
 * Between the centres of the map's cells, evidence is interpolated bilinearly.
 * @param part of the image that the map spans; pixels beside it lose contrast, cells beside the image are left out
 */
export function paintHeat(
  { pixels, width, height }: RgbImage,
  heat: HeatMap,
  part: Part = WHOLE,
): RgbImage {
  const scale = STRONGEST / (heatLimit(heat) || 1);
  const painted = new Uint8Array(pixels.length);
  const columns = Array.from({ length: width }, (_, x) =>
    between(x - part.left * width, part.width * width, heat.width),
  );
  const line = new Float64Array(heat.width);
  for (let y = 0, at = 0; y < height; y++) {
    const row = between(y - part.top * height, part.height * height, heat.height);
    for (let cell = 0; cell < heat.width; cell++) {
      const before = heat.values[row.cell * heat.width + cell];
      line[cell] = before + (heat.values[row.next * heat.width + cell] - before) * row.share;
    }
    for (let x = 0; x < width; x++, at += 3) {
      const { cell, next, share, isSeen } = columns[x];
      const value = scale * (line[cell] + (line[next] - line[cell]) * share);
      const colour = value > 0 ? FOR : AGAINST;
      const weight = Math.abs(value);
      const grey = GREY[0] * pixels[at] + GREY[1] * pixels[at + 1] + GREY[2] * pixels[at + 2];
      if (!isSeen || !row.isSeen) {
        painted.fill(blend(MIDDLE, grey, UNSEEN), at, at + 3);
        continue;
      }
      painted[at] = blend(grey, colour[0], weight);
      painted[at + 1] = blend(grey, colour[1], weight);
      painted[at + 2] = blend(grey, colour[2], weight);
    }
  }
  return { pixels: painted, width, height };
}

interface Between {
  readonly cell: number;
  readonly next: number;
  /** Fraction of the way from one cell's centre to the next, 0..1. */
  readonly share: number;
  /** Whether the map spans it. */
  readonly isSeen: boolean;
}

/** The two cells whose centres enclose the centre of pixel `at` of those that the map spans. */
function between(at: number, pixels: number, cells: number): Between {
  const place = Math.min(Math.max(((at + 0.5) * cells) / pixels - 0.5, 0), cells - 1);
  const cell = Math.floor(place);
  const isSeen = at + 0.5 >= 0 && at + 0.5 <= pixels;
  return { cell, next: Math.min(cell + 1, cells - 1), share: place - cell, isSeen };
}
