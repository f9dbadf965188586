// Draws text as SVG outlines, so that it looks the same without fonts on the machine.

import { readFile } from 'node:fs/promises';

/** At the package root: two folders up from src/images as from dist/images. */
const GLYPHS = new URL('../../fonts/dejavu-sans/glyphs.json', import.meta.url);
/** Units of an em in that file. */
const UNITS = 1000;
/** A box, for characters that are not in the file. */
const BOX: Glyph = [600, 'M60 0L60 -700L540 -700L540 0ZM120 -60L480 -60L480 -640L120 -640Z'];
const ELLIPSIS = '\u2026';
/** No line shows more characters than this. */
const MAX_LENGTH = 1000;

/** Advance, and an SVG path from the baseline down; in thousandths of an em. */
type Glyph = readonly [advance: number, path: string];

export interface TextLine {
  readonly text: string;
  /** Left end of the baseline, in pixels. */
  readonly x: number;
  readonly y: number;
  /** Height of an em, in pixels. */
  readonly size: number;
  /** In pixels; longer text ends in an ellipsis. */
  readonly maxWidth: number;
  /** Where `x` is; default: start. */
  readonly anchor?: 'start' | 'middle' | 'end';
}

/** Draws a line as SVG elements; the text itself is not in the result. */
export type DrawText = (line: TextLine) => string;

let loaded: Promise<DrawText> | undefined;

/** Reads the glyphs once per process. */
export function loadOutlines(): Promise<DrawText> {
  loaded ??= readFile(GLYPHS, 'utf8').then((json) => {
    const glyphs = new Map<string, Glyph>(Object.entries(JSON.parse(json)));
    return (line) => drawLine(line, glyphs);
  });
  return loaded;
}

function drawLine(line: TextLine, known: ReadonlyMap<string, Glyph>): string {
  const { x, y, size, maxWidth, anchor = 'start' } = line;
  const scale = size / UNITS;
  const glyphs = fit(glyphsOf(line.text, known), glyphsOf(ELLIPSIS, known), maxWidth / scale);
  const shift = { start: 0, middle: 0.5, end: 1 }[anchor] * widthOf(glyphs);
  let at = -shift;
  const paths = glyphs.map(([advance, path]) => {
    const element = `<path transform="translate(${at})" d="${path}"/>`;
    at += advance;
    return path === '' ? '' : element;
  });
  return `<g transform="translate(${x} ${y}) scale(${scale})">${paths.join('')}</g>`;
}

/** One glyph per user-perceived character, such as a flag of two code points. */
function glyphsOf(text: string, known: ReadonlyMap<string, Glyph>): Glyph[] {
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  const segments = segmenter.segment(text.slice(0, MAX_LENGTH).normalize('NFC'));
  return Array.from(segments, ({ segment }) => known.get(segment) ?? BOX);
}

/** As many glyphs as fit, with an ellipsis where some are left out. */
function fit(glyphs: readonly Glyph[], ellipsis: readonly Glyph[], room: number) {
  if (widthOf(glyphs) <= room) return glyphs;
  const kept = [...glyphs];
  while (kept.length > 0 && widthOf(kept) + widthOf(ellipsis) > room) kept.pop();
  return [...kept, ...ellipsis];
}

function widthOf(glyphs: readonly Glyph[]): number {
  return glyphs.reduce((sum, [advance]) => sum + advance, 0);
}
