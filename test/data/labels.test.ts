import assert from 'node:assert/strict';
import test from 'node:test';
import { EXIT } from '../../src/base/errors.ts';
import { checkLabelNames, labelFault } from '../../src/data/labels.ts';
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

test('when a label is a path then it is refused, and one that only looks odd is not', async () => {
  for (const label of ['..', '.', '/etc', 'a/b', '../../outside', 'a\\b', 'C:\\x', '/']) {
    await assertRejects(
      () => check('cats', label),
      EXIT.input,
      `expected labels that are no paths (without / and \\, and neither . nor ..) in m.csv, found ${JSON.stringify(label)}`,
      /^rename that label$/,
    );
  }
  assert.doesNotThrow(() => check('...', '.hidden', '..a', 'CON', 'nul.txt', '12:30', 'a|b', '~'));
});

test('when a label is longer than a name can be then it is cut in the message', async () => {
  const fits = `${'ä'.repeat(127)}b`;
  assert.equal(labelFault(fits), undefined);
  const expected = `expected labels of at most 255 bytes, found "${'ä'.repeat(60)}..."`;
  assert.equal(labelFault('ä'.repeat(128)), expected);
});

test('when the name of a folder is not UTF-8 then the remedy says so', async () => {
  await assertRejects(() => check('r\\xf6ntgen'), EXIT.input, /no paths/, /is not UTF-8$/);
});
