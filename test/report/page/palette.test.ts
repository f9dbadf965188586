import assert from 'node:assert/strict';
import test from 'node:test';
import { labelStyles } from '../../../src/report/page/palette.ts';
import { figure, makeFigures, undefinedFigure } from '../../helpers/make-figures.ts';

test('up to six labels all have a colour, dashes and marker of their own, in order', () => {
  const labels = ['10', '9', '__proto__', 'score', 'e', 'f'];
  const styles = labelStyles(labels, undefined);
  assert.deepEqual([...styles.keys()], labels);
  for (const trait of ['colour', 'dashes', 'symbol'] as const) {
    assert.equal(new Set([...styles.values()].map((style) => style[trait])).size, 6, trait);
  }
});

test('when there are more, the five of lowest AUC are told apart, undefined ones last', () => {
  const labels = Array.from('abcdefghij');
  const whole = makeFigures(labels, []);
  const figures = {
    ...whole,
    labels: whole.labels.map((one, at) => ({
      ...one,
      roc_auc: at === 9 ? undefinedFigure('no image') : figure(1 - at / 100, 0, 1),
    })),
  };
  assert.deepEqual([...labelStyles(labels, figures).keys()], Array.from('efghi'));
});
