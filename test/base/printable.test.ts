import assert from 'node:assert/strict';
import test from 'node:test';
import { printable } from '../../src/base/printable.ts';

test('control characters are written as a programmer writes them', () => {
  assert.equal(printable('a\nb\rc\x1b[31md\x00\x7f\u0085'), 'a\\nb\\x0dc\\x1b[31md\\x00\\x7f\\x85');
});

test('tabs, emoji and other scripts stay as they are', () => {
  assert.equal(printable('a\tb 🦴 שבורה'), 'a\tb 🦴 שבורה');
});
