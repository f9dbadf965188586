// Patterns with stars and question marks in the last part of a path.

import assert from 'node:assert/strict';
import test from 'node:test';
import { isMatch } from '../../src/data/patterns.ts';

test('a star is any text, a question mark one character, and all else itself', () => {
  for (const pattern of [
    '*',
    '*.jpg',
    'leg*.jpg',
    'l?g*',
    '*e*g*',
    'leg1.jpg*',
    '????1.jpg'.slice(1),
  ]) {
    assert.ok(isMatch('leg1.jpg', pattern, 'linux'), pattern);
  }
  for (const pattern of ['', 'leg', '*.png', '?', 'leg1?jpgx', 'Leg1.jpg', '*leg', 'leg1*1.jpg']) {
    assert.ok(!isMatch('leg1.jpg', pattern, 'linux'), pattern);
  }
  assert.ok(isMatch('Leg1.JPG', 'leg*.jpg', 'win32'), 'case does not matter on Windows');
  assert.ok(isMatch('a🦴b', 'a?b', 'linux'), 'a character beyond 16 bits is one');
  assert.ok(isMatch('', '*', 'linux'), 'nothing is text too');
});

test('many stars take no longer', () => {
  const started = performance.now();
  assert.ok(!isMatch('a'.repeat(255), `${'*a'.repeat(100)}*b`, 'linux'), 'there is no b');
  assert.ok(performance.now() - started < 1000, 'it takes no second');
});
