import assert from 'node:assert/strict';
import test from 'node:test';
import type { ExtractorChoice } from '../../src/model/evaluation-file.ts';
import { choiceLines, describeExtractorChoice } from '../../src/report/extractor-choice.ts';
import { extractorSection } from '../../src/report/page/extractor-choice.ts';
import { CHOICE } from '../helpers/make-report.ts';

/** The same with another one kept. */
const keeping = (kept: number, more: Partial<ExtractorChoice> = {}): ExtractorChoice => ({
  ...CHOICE,
  networks: CHOICE.networks.map((one, at) => ({ ...one, kept: at === kept })),
  ...more,
});

test('when networks were compared then a table and a sentence say what was kept and why', () => {
  assert.deepEqual(choiceLines(CHOICE, [0.9, 5.5, 12.04]), [
    'network                 pixels  multiply-adds  ms an image  log loss  difference to the best',
    'mobilenet_v1_025_224       224           41 M          0.9    0.3312        0.1204 +- 0.0402',
    'efficientnet_lite0_224     224          407 M          5.5    0.2165        0.0057 +- 0.0121  kept',
    'efficientnet_lite0_224     320          831 M         12.0    0.2108                the best',
    'kept efficientnet_lite0_224 at 224 pixels: it costs least of those within one standard error of the best, efficientnet_lite0_224 at 320 pixels, by inner folds over 266 training and validation images',
  ]);
});

test('when the best is kept then the sentence says so; groups are counted where there are any', () => {
  assert.equal(
    describeExtractorChoice(keeping(2, { units: 90 })),
    'kept efficientnet_lite0_224 at 320 pixels: it has the lowest log loss, and none that costs less is within one standard error of it, by inner folds over 266 training and validation images in 90 groups',
  );
});

test('when there are folds then table and page say in how many each was kept', () => {
  const folded = CHOICE.networks.map((one, at) => ({ ...one, kept_in_folds: [0, 4, 1][at] }));
  const choice = { ...CHOICE, networks: folded };
  const lines = choiceLines(choice, [1, 1, 1]);
  assert.match(lines[0], / {2}folds$/);
  assert.match(lines[2], / 4 {2}kept$/);
  assert.match(lines[3], / the best +1$/);
  const page = extractorSection(choice)?.body.markup ?? '';
  assert.match(page, /<th scope="col">Kept in folds<\/th>/);
  assert.match(page, /0\.0057 ± 0\.0121<\/td><td>4<\/td>/);
});

test('when a network was named then the page has no such section', () => {
  assert.equal(extractorSection(null), null);
  assert.doesNotMatch(extractorSection(CHOICE)?.body.markup ?? '', /Kept in folds/);
});
