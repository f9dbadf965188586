// Draws heat maps over images: a large one with a legend, and thumbnails for the report.

import { scoreText } from '../base/score-text.ts';
import type { Decoder } from './decode.ts';
import { encodeJpeg, encodeWithPanel, type Panel } from './encode.ts';
import { type HeatMap, heatColour, heatLimit, paintHeat } from './heat.ts';
import { type DrawText, loadOutlines } from './outline-text.ts';
import { type Part, type Preprocessing, partShown } from './preprocessing.ts';

/** Contents of the legend. */
export interface Legend {
  readonly label: string;
  /** Probability of the label, 0..1. */
  readonly score: number;
  /** Rank of the label's score, from 1, among this many labels. */
  readonly rank: number;
  readonly labels: number;
  /** The map is a linear approximation. */
  readonly approximate: boolean;
}

/** An image file, with what is needed to decode it. */
export interface ImageSource {
  readonly bytes: Uint8Array;
  readonly decoder: Decoder;
  readonly preprocessing: Preprocessing;
}

/** Longest side of the drawn image, in pixels: smaller images are enlarged, larger ones reduced. */
const SIDES = { least: 480, most: 1024 } as const;
/** Width in pixels that the sentences of the legend need. */
const LEAST_WIDTH = 480;
const MARGIN = 16;
/** JPEG quality of thumbnails. */
const QUALITY = 75;
/** Number of colours in the bar; even, so that none is neutral. */
const STEPS = 64;
/** The bar shows the colours over a dark and a light grey, since images contain both. */
const DARK = 32;
const LIGHT = 224;
/** Height of each of the two, in pixels. */
const BAR_HEIGHT = 9;

/**
 * The whole image, upright and in its own aspect ratio, in grey under its heat map, above a legend.
 * @returns bytes of a PNG
 * @throws ImageError when the bytes are not a readable image
 */
export async function drawExplanation(
  { bytes, decoder, preprocessing }: ImageSource,
  heat: HeatMap,
  legend: Legend,
): Promise<Uint8Array> {
  const image = await decoder.decodeUpright(bytes, preprocessing, SIDES);
  const width = Math.max(image.width, LEAST_WIDTH);
  const part = partShown(preprocessing, image);
  const panel = drawLegend(await loadOutlines(), width, heat, { ...legend, part });
  return encodeWithPanel(paintHeat(image, heat, part), panel);
}

/**
 * The image alone, upright, its longest side `side` pixels or less, and the same in grey under
 * its heat, without a legend; both as bytes of a JPEG.
 */
export async function thumbnails(
  { bytes, decoder, preprocessing }: ImageSource,
  heat: HeatMap | undefined,
  side: number,
): Promise<{ image: Uint8Array; heat: Uint8Array | null }> {
  const small = await decoder.decodeUpright(bytes, preprocessing, { least: 1, most: side });
  const part = partShown(preprocessing, small);
  return {
    image: await encodeJpeg(small, QUALITY),
    heat: heat === undefined ? null : await encodeJpeg(paintHeat(small, heat, part), QUALITY),
  };
}

function drawLegend(
  draw: DrawText,
  width: number,
  heat: HeatMap,
  legend: Legend & { readonly part: Part },
): Panel {
  const inside = width - 2 * MARGIN;
  const limit = heatLimit(heat);
  const cells = `${heat.width} x ${heat.height}`;
  const parts: string[] = [];
  let y = 0;
  const line = (text: string, size: number, step: number) => {
    y += step;
    parts.push(draw({ text, x: MARGIN, y, size, maxWidth: inside }));
  };
  line(`Evidence for ${legend.label}`, 20, 30);
  line(`score = ${scoreText(legend.score, 5)} (rank ${legend.rank} of ${legend.labels})`, 14, 24);
  y += 14;
  for (const grey of [DARK, LIGHT]) {
    parts.push(drawColours(MARGIN, y, inside, grey));
    y += BAR_HEIGHT;
  }
  y += 16;
  for (const [text, x, anchor] of [
    [`against: \u2212${limit.toFixed(2)}`, MARGIN, 'start'],
    ['0', width / 2, 'middle'],
    [`for: +${limit.toFixed(2)}`, width - MARGIN, 'end'],
  ] as const) {
    parts.push(draw({ text, x, y, size: 12, maxWidth: inside / 2.5, anchor }));
  }
  if (legend.approximate) line('Approximate (hidden units): gradient x activation.', 12, 22);
  line(`Centred logits of ${cells} cells; their mean is that of the image.`, 12, 22);
  const { part } = legend;
  if (Math.min(part.width, part.height) < 1) line('Pale: cut off, not seen.', 12, 17);
  if (Math.max(part.width, part.height) > 1) line('Cells in the padding are left out.', 12, 17);
  line('Shows where evidence was found, not the outlines of objects.', 12, 17);
  line('Not a medical device.', 10, 17);
  return { elements: parts.join(''), width, height: y + MARGIN };
}

/** The colour scale over one grey, from -limit to +limit. */
function drawColours(x: number, y: number, width: number, grey: number): string {
  const step = width / STEPS;
  const parts = Array.from({ length: STEPS }, (_, i) => {
    const colour = heatColour((2 * i + 1) / STEPS - 1, grey);
    // Half a pixel wider, so that no gap shows between two colours.
    return `<rect x="${x + i * step}" y="${y}" width="${step + 0.5}" height="${BAR_HEIGHT}" fill="rgb(${colour})" shape-rendering="crispEdges"/>`;
  });
  return parts.join('');
}
