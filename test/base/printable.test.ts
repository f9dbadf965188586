import assert from 'node:assert/strict';
import test from 'node:test';
import { printable, printableJson, printableLines } from '../../src/base/printable.ts';

test('control characters are written as a programmer writes them', () => {
  assert.equal(printable('a\nb\rc\x1b[31md\x00\x7f\u0085'), 'a\\nb\\x0dc\\x1b[31md\\x00\\x7f\\x85');
});

test('format characters are too, but for the joiners of words and emoji', () => {
  assert.equal(
    printable('gpj.\u202eevil\u00ad\u200b\u2066\ufeff\u2028\u{e0041}'),
    'gpj.\\u202eevil\\xad\\u200b\\u2066\\ufeff\\u2028\\udb40\\udc41',
  );
  for (const word of ['\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645', '👩\u200d🔬']) {
    assert.equal(printable(word), word);
  }
});

test('text of several lines keeps its lines', () => {
  assert.equal(printableLines('a\x1b\n\tb\u202e\n'), 'a\\x1b\n\tb\\u202e\n');
});

test('JSON means the same without them', () => {
  const data = { 'a\x1b\n\x7f': ['\x9b', '\u202e', '\u{e0041}', '👩\u200d🔬'] };
  for (const json of [JSON.stringify(data), JSON.stringify(data, null, 2)]) {
    const shown = printableJson(json);
    assert.deepEqual(JSON.parse(shown), data);
    assert.equal(printableLines(shown), shown);
    assert.ok(shown.includes('\\u007f') && shown.includes('\\u009b'), shown);
  }
});

test('tabs, emoji and other scripts stay as they are', () => {
  assert.equal(printable('a\tb 🦴 שבורה'), 'a\tb 🦴 שבורה');
});
