import assert from 'node:assert/strict';
import test from 'node:test';
import { composed, indexOfName } from '../../src/base/names.ts';

const [NFC, NFD] = ['r\u00f6ntgen', 'ro\u0308ntgen'];

test('when a name is not there as written then its other Unicode form is found', () => {
  assert.equal(indexOfName(['x', NFC], NFD), 1);
  assert.equal(indexOfName(['x', NFD], NFC), 1);
  assert.equal(indexOfName(['x', NFC], 'X'), -1);
  assert.equal(indexOfName([], NFC), -1);
  assert.equal(composed(NFD), NFC);
});

test('when both forms are there then the exact one is found', () => {
  assert.equal(indexOfName([NFC, NFD], NFD), 1);
  assert.equal(indexOfName([NFD, NFC], NFC), 1);
});

test('when names only look alike then they stay apart', () => {
  assert.equal(indexOfName(['ﬁ', '\u212b', 'É'], 'fi'), -1);
  assert.equal(indexOfName(['É'], 'é'), -1);
});
