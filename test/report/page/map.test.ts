import assert from 'node:assert/strict';
import test from 'node:test';
import { mapSection } from '../../../src/report/page/map.ts';
import { makeReport } from '../../helpers/make-report.ts';
import { textOf } from '../../helpers/text-of.ts';

const data = await makeReport({
  labels: ['a', 'b'],
  counts: [16, 41],
  images: false,
  fileName: (label, at) => `${label}<${at}>\n.jpg`,
});
const points = data.projection?.points ?? [];
const mistakes = points.filter(({ mistake }) => mistake).length;

test('a marker per image, of the shape and colour of its label, and a ring per mistake', () => {
  const markup = mapSection(data)?.body.markup ?? '';
  const [, chart] = markup.match(/(<svg role="img".*<\/svg>)/s) ?? [];
  assert.equal(chart.match(/fill="var\(--c0\)"/g)?.length, 16);
  assert.equal(chart.match(/fill="var\(--c1\)"/g)?.length, 41);
  assert.equal(chart.match(/<title>/g)?.length, mistakes);
  assert.match(chart, /<title>b&lt;\d+&gt;\\n\.jpg \(b\)<\/title>/);
});

test('the axes say what share of the spread they hold, the legend how many mistakes', () => {
  const text = textOf(mapSection(data)?.body ?? { markup: '' });
  assert.match(text, /First component \(21.4% of the variance\)/);
  assert.match(text, /shows only 31.1% of the variance/);
  assert.ok(text.includes(`a b ${mistakes} mistakes`));
});

test('when only some images are drawn, the rule is told', () => {
  const projection = data.projection === null ? null : { ...data.projection, total: 20_000 };
  const text = textOf(mapSection({ ...data, projection })?.body ?? { markup: '' });
  assert.match(
    text,
    /57 of 20,000 images are drawn: all mistakes and an even sample of the others\./,
  );
});

test('when names are left out, no name is in the map', () => {
  const bare = points.map((point) => ({ ...point, path: null }));
  const markup = mapSection({
    ...data,
    projection: { points: bare, explained: [0.2, 0.1] },
  })?.body.markup;
  assert.doesNotMatch(markup ?? '', /\.jpg/);
});

test('without points there is no map', () => {
  assert.equal(mapSection({ ...data, projection: null }), null);
});
