import assert from 'node:assert/strict';
import test from 'node:test';
import { renderReport } from '../../../src/report/page/render.ts';
import { makeReport } from '../../helpers/make-report.ts';
import { hostile, minimal, twoLabels } from '../../helpers/report-cases.ts';

const MEGABYTE = 1e6;

function headingsOf(page: string): string[] {
  return [...page.matchAll(/<h2[^>]*>(.*?)<\/h2>/g)].map(([, heading]) => heading);
}

test('the same values give the same bytes', async () => {
  assert.equal(await renderReport(await twoLabels()), await renderReport(await twoLabels()));
});

test('all parts are there, the answer first and the model card last', async () => {
  assert.deepEqual(headingsOf(await renderReport(await twoLabels())), [
    'Metrics',
    'Confusion matrix',
    'Metrics by label',
    'Curves',
    'Decision threshold',
    'Calibration',
    'Worst mistakes',
    'Findings in the data',
    'Map of the images',
    'Choice of the network',
    'Training',
    'Also evaluated: validation',
    'Model card',
  ]);
});

test('what is missing is left out', async () => {
  const page = await renderReport(await minimal());
  assert.deepEqual(headingsOf(page), []);
  assert.match(page, /No images were held out/);
});

test('a split without images is left out like one that is not there', async () => {
  const data = await makeReport({ labels: ['a', 'b'], counts: [0, 0], images: false });
  const page = await renderReport({ ...data, mistakes: [], right: [] });
  assert.match(page, /No images were held out/);
  assert.doesNotMatch(page, /NaN|undefined/);
});

test('there is no script, and nothing is loaded from anywhere', async () => {
  for (const make of [twoLabels, hostile]) {
    const page = await renderReport(await make());
    assert.doesNotMatch(page, /<(script|link|iframe|object|embed)\b/i);
    const sources = [...page.matchAll(/<[^>]*?\b(?:src|href|srcset|xlink:href)="([^"]*)"/g)];
    for (const [, source] of sources) assert.match(source, /^(#|data:image\/jpeg;base64,)/);
    assert.doesNotMatch(page, /url\(|@import/);
    assert.doesNotMatch(page, /<[a-z]+\b[^>]*\son[a-z]+="/i);
    assert.match(
      page,
      /Content-Security-Policy" content="default-src &#39;none&#39;; img-src data:/,
    );
  }
});

test('with 24 mistakes and 24 right images the page is at most 3 MB', async () => {
  const labels = ['ants', 'bees'];
  const data = await makeReport({ labels, counts: [200, 200], shown: 24, skill: 1.5 });
  assert.equal(data.mistakes.length + data.right.length, 48);
  const size = Buffer.byteLength(await renderReport(data));
  assert.ok(size > MEGABYTE && size <= 3 * MEGABYTE, `${size} bytes`);
});
