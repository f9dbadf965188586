import assert from 'node:assert/strict';
import test from 'node:test';
import { canonicalJson, compareCodeUnits, hashOfData, sha256 } from '../../src/base/hash.ts';

test('when bytes or text are hashed then the result is the published SHA-256', () => {
  // FIPS 180-2, appendix B.1.
  const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  assert.equal(sha256('abc'), abc);
  assert.equal(sha256(new Uint8Array([0x61, 0x62, 0x63])), abc);
  assert.equal(hashOfData({ b: 1, a: 2 }), sha256('{"a":2,"b":1}'));
});

test('when keys stand in another order then the canonical JSON is the same', () => {
  const text = '{"a":[{"c":2,"d":{"x":null,"y":1}}],"b":"text"}';
  assert.equal(canonicalJson({ b: 'text', a: [{ d: { y: 1, x: null }, c: 2 }] }), text);
  assert.equal(canonicalJson({ a: [{ c: 2, d: { x: null, y: 1 } }], b: 'text' }), text);
  assert.equal(hashOfData({ 9: 'a', 10: 'b' }), hashOfData({ 10: 'b', 9: 'a' }));
});

test('when keys need a rule then upper case comes before lower case, as in code units', () => {
  assert.equal(canonicalJson({ é: 1, z: 2, a: 3, Z: 4 }), '{"Z":4,"a":3,"z":2,"é":1}');
});

test('when lists differ in order then their hashes differ', () => {
  assert.equal(canonicalJson([3, 1, 2]), '[3,1,2]');
  assert.notEqual(hashOfData([1, 2]), hashOfData([2, 1]));
});

test('when values differ only in kind then their hashes differ', () => {
  const values = [null, 0, '', false, [], {}, '0', { a: 1 }, { a: '1' }, [1], ['1']];
  assert.equal(new Set(values.map(hashOfData)).size, values.length);
});

test('when a key is named like a property of every object then it is kept', () => {
  const data = JSON.parse('{"constructor":1,"__proto__":{"b":2,"a":3}}');
  assert.equal(canonicalJson(data), '{"__proto__":{"a":3,"b":2},"constructor":1}');
});

test('when text is compared then code units decide, not a locale', () => {
  const words = ['ä', 'b', 'Z', 'a', '\uffee', '\u{1f600}', '10', '9'];
  assert.deepEqual(words.sort(compareCodeUnits), [
    '10',
    '9',
    'Z',
    'a',
    'b',
    'ä',
    '\u{1f600}',
    '\uffee',
  ]);
  assert.equal(compareCodeUnits('same', 'same'), 0);
});
