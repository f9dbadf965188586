import assert from 'node:assert/strict';
import test from 'node:test';
import { macroAreaOf, ratesOf } from '../../src/metrics/label-metrics.ts';
import { wilsonInterval } from '../../src/metrics/proportions.ts';

test('when images are counted then the four rates are those of the two-by-two table', () => {
  // 8 true positives, 2 false negatives, 3 false positives, 17 true negatives.
  const images = Array.from({ length: 30 }, (_, image) => image);
  const rates = ratesOf('leg', images, null, {
    isCase: (image) => image < 10,
    isTaken: (image) => image < 8 || (image >= 10 && image < 13),
  });
  assert.deepEqual(rates, {
    ppv: { value: 8 / 11, interval: wilsonInterval(8 / 11, 11) },
    sensitivity: { value: 0.8, interval: wilsonInterval(0.8, 10) },
    specificity: { value: 0.85, interval: wilsonInterval(0.85, 20) },
    npv: { value: 17 / 19, interval: wilsonInterval(17 / 19, 19) },
  });
});

test('when a rate has nothing to count then the reason is given', () => {
  const none = ratesOf('leg', [0, 1], null, { isCase: () => false, isTaken: () => false });
  assert.equal(none.ppv.note, 'no image is taken for leg');
  assert.equal(none.sensitivity.note, 'no image of leg');
  assert.equal(none.npv.value, 1);
  const all = ratesOf('leg', [0, 1], null, { isCase: () => true, isTaken: () => true });
  assert.equal(all.specificity.note, 'every image is of leg');
  assert.equal(all.npv.note, 'every image is taken for leg');
  assert.equal(all.npv.value, null);
});

test('when two labels mirror each other then the macro average has the interval of either', () => {
  const either = { value: 0.8, interval: [0.7, 0.9] as const };
  const resampled = { value: 0.8, interval: [0.71, 0.89] as const };
  const labels = [{ auc: either }, { auc: either }];
  assert.equal(macroAreaOf(resampled, labels, null), either);
  assert.equal(macroAreaOf(resampled, labels, { of: new Uint32Array(), count: 3 }), resampled);
  assert.equal(macroAreaOf(resampled, [...labels, ...labels], null), resampled);
  const unlike = [{ auc: either }, { auc: { value: 0.7, interval: null } }];
  assert.equal(macroAreaOf(resampled, unlike, null), resampled);
});
