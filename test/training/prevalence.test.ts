import assert from 'node:assert/strict';
import test from 'node:test';
import { parsePrevalence } from '../../src/training/prevalence.ts';
import { assertRejects } from '../helpers/rejects.ts';

const LABELS = ['a=b', 'cat', 'dog'];

test('when nothing is stated then there is nothing to correct', () => {
  assert.equal(parsePrevalence([], LABELS), undefined);
});

test('when one label is stated then the others keep their proportion', () => {
  const shares = parsePrevalence(['cat=0.4'], LABELS)?.([0.5, 0.25, 0.25]) ?? [];
  for (const [k, share] of [0.4, 0.4, 0.2].entries())
    assert.ok(Math.abs(shares[k] - share) < 1e-12);
});

test('when a label holds an equals sign then the last one divides', () => {
  const shares = parsePrevalence(['a=b=0.2'], LABELS)?.([0.2, 0.4, 0.4]) ?? [];
  assert.ok(Math.abs(shares[0] - 0.2) < 1e-12);
});

test('when the words cannot be then they are refused, with an example', async () => {
  for (const [words, sentence] of [
    [['cat'], /LABEL=SHARE with one of a=b, cat, dog, found cat$/],
    [['=0.5'], /LABEL=SHARE with one of a=b, cat, dog, found =0\.5$/],
    [['mouse=0.5'], /LABEL=SHARE with one of a=b, cat, dog, found mouse=0\.5$/],
    [['cat=0'], /above 0 and below 1 for cat in --prevalence, found cat=0$/],
    [['cat=1'], /above 0 and below 1 for cat in --prevalence, found cat=1$/],
    [['cat='], /above 0 and below 1 for cat in --prevalence, found cat=$/],
    [['cat=x'], /above 0 and below 1 for cat in --prevalence, found cat=x$/],
    [
      ['cat=0.2', 'cat=0.3'],
      /one share above 0 and below 1 for cat in --prevalence, found cat=0\.3$/,
    ],
  ] as const) {
    await assertRejects(() => parsePrevalence(words, LABELS), 2, sentence, /cat|a=b/);
  }
  await assertRejects(
    () => parsePrevalence(['cat=0.6', 'dog=0.5'], LABELS),
    2,
    /sum to less than 1, found 1\.1/,
  );
  const all = ['a=b=0.2', 'cat=0.2', 'dog=0.2'];
  await assertRejects(() => parsePrevalence(all, LABELS), 2, /sum to 1, found 0\.6/);
});
