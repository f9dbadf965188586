import assert from 'node:assert/strict';
import test from 'node:test';
import { scoreText } from '../../src/base/score-text.ts';

test('when a score is written then it is rounded, but never to 1', () => {
  assert.equal(scoreText(0.911_436, 5), '0.91144');
  assert.equal(scoreText(0.999_994, 5), '0.99999');
  assert.equal(scoreText(0.999_996, 5), '0.99999');
  assert.equal(scoreText(1, 5), '0.99999');
  assert.equal(scoreText(1, 8), '0.99999999');
  assert.equal(scoreText(0.000_001, 5), '0.00000');
  assert.equal(scoreText(Number.NaN, 5), 'NaN');
});
