import assert from 'node:assert/strict';
import test from 'node:test';
import { dots, drawChart, line, roundAxis, SHARE_AXIS } from '../../../src/report/page/chart.ts';
import { html } from '../../../src/report/page/html.ts';

function chart(title: string): string {
  return drawChart('a "chart" of <labels>', {
    x: { ...SHARE_AXIS, label: 'Score' },
    y: { ...SHARE_AXIS, label: 'Share' },
    marks: [
      line(
        [
          [0, 0],
          [1 / 3, 1],
        ],
        html`stroke="var(--c0)"`,
      ),
      dots([{ at: [0.5, 0.25], radius: 5, title }], html`fill="none"`),
      dots([{ at: [0, 1], radius: 2.5, symbol: 'square', fill: 'var(--c1)' }], html``),
    ],
  }).markup;
}

test('a chart says what it shows, in escaped words', () => {
  assert.match(chart('x'), /^<svg role="img" aria-label="a &quot;chart&quot; of &lt;labels&gt;"/);
});

test('texts inside a chart are escaped', () => {
  const markup = chart('</title><script>');
  assert.match(markup, /<title>&lt;\/title&gt;&lt;script&gt;<\/title>/);
  assert.doesNotMatch(markup, /<script/);
});

test('values lie where the axes say: 0 at the left and at the bottom, 1 at the right and at the top', () => {
  const markup = chart('x');
  assert.match(markup, /<path d="M40 258L132 32" fill="none"[^>]* stroke="var\(--c0\)"/);
  assert.match(markup, /<circle cx="178" cy="201.5" r="5"><title>x<\/title>/);
  assert.match(markup, /d="M-4.43[^"]*" transform="translate\(40 32\)scale\(0.5\)"[^>]* fill="var/);
  const texts = [...markup.matchAll(/<text x="([\d.]+)" y="([\d.]+)" dy="0..em">([\d.]+)</g)];
  const places = texts.map(([, x, y, value]) => `${value} at ${x},${y}`);
  assert.deepEqual(places.slice(0, 2), ['0.0 at 40,267', '0.2 at 95.2,267']);
  assert.deepEqual(places.slice(-2), ['0.8 at 31,77.2', '1.0 at 31,32']);
});

test('lengths are rounded to a tenth of a pixel', () => {
  const ragged = dots([{ at: [1 / 3, 1 / 7], radius: Math.PI }], html``);
  const axes = { x: { ...SHARE_AXIS, label: 'x' }, y: { ...SHARE_AXIS, label: 'y' } };
  assert.match(drawChart('d', { ...axes, marks: [ragged] }).markup, /cx="132" cy="225.7" r="3.1"/);
});

test('axis titles are there, and a grid only where it is asked for', () => {
  const axis = { ...SHARE_AXIS, grid: false };
  const bare = drawChart('d', {
    x: { ...axis, label: 'a<b' },
    y: { ...axis, label: 'c' },
    marks: [],
  });
  assert.match(bare.markup, />a&lt;b<.*>c</);
  assert.match(bare.markup, /<path d="" stroke="currentColor" stroke-opacity="0.1"/);
  assert.match(
    chart('x'),
    /<path d="M40 258H316[^"]+V32" stroke="currentColor" stroke-opacity="0.1"/,
  );
});

test('round axes: about five whole steps that hold all values', () => {
  const ticksOf = (low: number, high: number) => roundAxis('', low, high).ticks;
  assert.deepEqual(ticksOf(0.7, 1), [0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1]);
  assert.deepEqual(ticksOf(0.5, 1), [0.5, 0.6, 0.7, 0.8, 0.9, 1]);
  assert.deepEqual(ticksOf(0, 0.69), [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]);
  assert.deepEqual(ticksOf(0, 499), [0, 100, 200, 300, 400, 500]);
  assert.deepEqual(ticksOf(3, 17), [2, 4, 6, 8, 10, 12, 14, 16, 18]);
  assert.deepEqual(ticksOf(0, 1e-7), [0, 2e-8, 4e-8, 6e-8, 8e-8, 1e-7]);
  assert.deepEqual(roundAxis('', 0, 499).domain, [0, 500]);
});

test('when all values are the same, there is an axis all the same, and a point in its middle', () => {
  assert.deepEqual(roundAxis('', 0, 0).domain, [0, 0.2]);
  const axis = { label: '', domain: [3, 3], ticks: [], format: String } as const;
  const marks = [dots([{ at: [3, 3], radius: 1 }], html``)];
  const { markup } = drawChart('d', { x: axis, y: axis, framed: true, marks });
  assert.match(markup, /<circle cx="164" cy="150"/);
});

test('labels of ticks have as many digits as the steps between them; thousands are grouped', () => {
  const axes = { x: roundAxis('', 0, 10_000), y: roundAxis('', 0, 1e-4) };
  const { markup } = drawChart('d', { ...axes, marks: [] });
  assert.match(markup, />10,000</);
  assert.match(markup, />0.00000<.*>0.00002</);
});
