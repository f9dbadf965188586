// Takes the outlines of the glyphs that drawings need out of a font: fonts/dejavu-sans/SOURCE.md.

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Latin, Greek, Cyrillic, Vietnamese, punctuation, currencies, arrows, a few signs. */
const RANGES = [
  [0x20, 0x7e],
  [0xa1, 0x17f],
  [0x18f, 0x192],
  [0x1cd, 0x1dc],
  [0x218, 0x21b],
  [0x386, 0x3ce],
  [0x400, 0x45f],
  [0x490, 0x4f9],
  [0x1e80, 0x1ef9],
  [0x2010, 0x2044],
  [0x20a0, 0x20bd],
  [0x2116, 0x2122],
  [0x2190, 0x2195],
  [0x2212, 0x221e],
  [0x2248, 0x2265],
];
/** Units of an em in the file: coordinates become whole numbers of these. */
const UNITS = 1000;
const FONT_SHA256 = '7da195a74c55bef988d0d48f9508bd5d849425c1770dba5d7bfc6ce9ed848954';

// Installed for this script only: `npm install --no-save opentype.js@2.0.0 dejavu-fonts-ttf@2.37.3`.
const require = createRequire(import.meta.url);
const opentype = require('opentype.js');
const bytes = readFileSync(require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'));
const found = createHash('sha256').update(bytes).digest('hex');
if (found !== FONT_SHA256) throw new Error(`expected the font ${FONT_SHA256}, found ${found}`);
const font = opentype.parse(Uint8Array.from(bytes).buffer);

interface Command {
  type: string;
  [coordinate: string]: number | string;
}

/** Advance and SVG path, y downwards from the baseline. */
function outlineOf(character: string): [number, string] {
  const glyph = font.charToGlyph(character);
  const commands: Command[] = glyph.getPath(0, 0, UNITS).commands;
  const path = commands.map(({ type, ...at }) => {
    const names = ['x1', 'y1', 'x2', 'y2', 'x', 'y'].filter((name) => name in at);
    return type + names.map((name) => Math.round(Number(at[name]))).join(' ');
  });
  return [Math.round((glyph.advanceWidth * UNITS) / font.unitsPerEm), path.join('')];
}

const characters = RANGES.flatMap(([from, to]) =>
  Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i)),
).filter((character) => font.charToGlyphIndex(character) > 0 && /^[^\p{C}\p{M}]$/u.test(character));
const lines = characters.map(
  (character) => `${JSON.stringify(character)}:${JSON.stringify(outlineOf(character))}`,
);
const target = fileURLToPath(new URL('../fonts/dejavu-sans/glyphs.json', import.meta.url));
writeFileSync(target, `{\n${lines.join(',\n')}\n}\n`);
console.log(`${characters.length} glyphs written to ${target}`);
