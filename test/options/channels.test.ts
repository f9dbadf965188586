import assert from 'node:assert/strict';
import test from 'node:test';
import { parseMean, parseStd } from '../../src/options/channels.ts';

test('when one number is given then it is that of all channels', () => {
  assert.deepEqual(parseMean('0.5'), [0.5, 0.5, 0.5]);
  assert.deepEqual(parseStd('.5'), [0.5, 0.5, 0.5]);
  assert.deepEqual(parseMean('0.485,0.456, 0.406'), [0.485, 0.456, 0.406]);
  assert.deepEqual(parseStd('1,0.5,1e-2'), [1, 0.5, 0.01]);
});

test('when numbers are missing, of 0 to 255 or no numbers then they are refused', () => {
  for (const text of ['', '0.1,0.2', '0.1,0.2,0.3,0.4', '123.675', '-1', '0x1', 'a', '0.1,,0.3']) {
    assert.equal(parseMean(text), undefined, text);
    assert.equal(parseStd(text), undefined, text);
  }
  assert.deepEqual(parseMean('0'), [0, 0, 0]);
  assert.equal(parseStd('0'), undefined);
  assert.equal(parseStd('0.2,0,0.2'), undefined);
});
