import assert from 'node:assert/strict';
import test from 'node:test';
import { loadOutlines } from '../../src/images/outline-text.ts';

const draw = await loadOutlines();
const WIDE = { x: 0, y: 0, size: 10, maxWidth: 1e6 };

/** Where each glyph begins, in thousandths of an em; blanks have none. */
function startsOf(svg: string): number[] {
  return [...svg.matchAll(/<path transform="translate\((-?[\d.]+)\)"/g)].map(([, at]) =>
    Number(at),
  );
}

test('a character has its outline and its advance (DejaVu Sans: A 684, B 686 thousandths)', () => {
  assert.deepEqual(startsOf(draw({ ...WIDE, text: 'ABA' })), [0, 684, 1370]);
  assert.match(
    draw({ ...WIDE, x: 3, y: 40, text: 'A' }),
    /^<g transform="translate\(3 40\) scale\(0\.01\)">/,
  );
});

test('nothing of the text gets into the drawing but outlines', () => {
  for (const text of [
    '<script>alert(1)</script>',
    '&amp; "\' ]]>',
    'a\u0000\n\u202eb',
    '__proto__',
  ]) {
    assert.match(
      draw({ ...WIDE, text }),
      /^<g transform="[a-z0-9 ().-]+">(<path transform="translate\([\d.-]+\)" d="[MLQCZ0-9 -]+"\/>)*<\/g>$/,
      text,
    );
  }
});

test('what has no outline is one box for one character that a reader sees', () => {
  // A family of seven code points, a flag of two, a Chinese character, half a surrogate pair.
  const family = '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}\u200d\u{1f466}';
  for (const text of [family, '\u{1f1e9}\u{1f1ea}', '\u9aa8', '\ud800', '\u0007']) {
    const paths = draw({ ...WIDE, text }).match(/<path/g);
    assert.equal(paths?.length, 1, JSON.stringify(text));
  }
});

test('Latin, Greek and Cyrillic are no boxes, accents written apart or not', () => {
  const box = draw({ ...WIDE, text: '\u{1f600}' });
  for (const character of 'aZ0\u00e9\u00df\u0151\u03a9\u0436\u1ec7\u20ac\u2026\u2212') {
    assert.notEqual(draw({ ...WIDE, text: character }), box, character);
  }
  assert.equal(draw({ ...WIDE, text: 'e\u0301' }), draw({ ...WIDE, text: '\u00e9' }));
});

test('text that is too wide ends in an ellipsis within the room there is', () => {
  const short = draw({ ...WIDE, text: 'A'.repeat(200), maxWidth: 50 });
  const starts = startsOf(short);
  // 5000 thousandths hold five A (3420) and an ellipsis (1000), not six.
  assert.deepEqual(starts, [0, 684, 1368, 2052, 2736, 3420, 4104].slice(0, starts.length));
  assert.ok(starts.length >= 6);
  assert.ok(short.endsWith(draw({ ...WIDE, text: '\u2026' }).replace(/.*d="/, '')));
  assert.equal(startsOf(draw({ ...WIDE, text: 'AAAAAAA', maxWidth: 48 })).length, 7);
  assert.equal(
    startsOf(draw({ ...WIDE, text: 'A'.repeat(1e6), maxWidth: 50 })).length,
    starts.length,
  );
});

test('an anchor in the middle or at the end moves the line', () => {
  assert.deepEqual(startsOf(draw({ ...WIDE, text: 'AA', anchor: 'middle' })), [-684, 0]);
  assert.deepEqual(startsOf(draw({ ...WIDE, text: 'AA', anchor: 'end' })), [-1368, -684]);
});
