import assert from 'node:assert/strict';
import test from 'node:test';
import { EXIT } from '../../src/base/errors.ts';
import { checkLabelNames } from '../../src/data/labels.ts';
import { assertRejects } from '../helpers/rejects.ts';

const check = (...labels: string[]) => checkLabelNames(labels, 'm.csv', 'write them alike');

test('when labels are plainly different then nothing is said', () => {
  assert.doesNotThrow(() => check('cats', 'cat', '=1+1', '-x', '@', '🦴', '__proto__', ' inner x'));
});

test('when labels are nearly the same then both are named', async () => {
  for (const [one, other] of [
    ['cats', 'Cats'],
    ['cats', 'cats '],
    ['\u00e9t\u00e9', 'e\u0301te\u0301'],
    ['ﬁsh', 'fish'],
  ]) {
    await assertRejects(
      () => check('dogs', one, other),
      EXIT.input,
      `labels ${one} and ${other} in m.csv differ only in case, outer spaces or the encoding of accents`,
      /^write them alike$/,
    );
  }
});

test('when a label is blank or not on one line then it is shown with escapes', async () => {
  for (const label of [' ', '\u00a0', 'a\nb', 'a\r', '\u0007', 'a\u2028b']) {
    await assertRejects(
      () => check('cats', label),
      EXIT.input,
      `expected labels of visible characters on one line in m.csv, found ${JSON.stringify(label)}`,
      /rename/,
    );
  }
});
