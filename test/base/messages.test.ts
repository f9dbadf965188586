import assert from 'node:assert/strict';
import test from 'node:test';
import { type Message, shorten } from '../../src/base/messages.ts';

const listOf = (count: number) =>
  Array.from({ length: count }, (_, at): Message => ['warning', `label ${at}`]);
const others = (count: number) => `${count} more`;

test('when a list of messages is short then it is shown whole', () => {
  assert.deepEqual(shorten([], others), []);
  assert.deepEqual(shorten(listOf(20), others), listOf(20));
});

test('when it is long then three are shown and the others counted, at the same level', () => {
  assert.deepEqual(shorten(listOf(400), others), [...listOf(3), ['warning', '397 more']]);
});
