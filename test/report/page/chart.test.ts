import assert from 'node:assert/strict';
import test from 'node:test';
import { loadCharts } from '../../../src/report/page/chart.ts';

const { Plot, draw } = await loadCharts();

function chart(title: string): string {
  return draw('a "chart" of <labels>', {
    x: { label: 'Step' },
    y: { label: 'Loss' },
    marks: [
      Plot.line(
        [
          [0, 0.123456],
          [1.23456, 2],
        ],
        { stroke: 'var(--c0)' },
      ),
      Plot.dot([[0.5, 0.5]], { title: () => title }),
    ],
  }).markup;
}

test('a chart says what it shows, in escaped words', () => {
  assert.match(chart('x'), /^<svg role="img" aria-label="a &quot;chart&quot; of &lt;labels&gt;"/);
});

test('texts inside a chart are escaped, and numbers in them are left alone', () => {
  const markup = chart('</title><script>"&\' d="1.23456"');
  assert.match(markup, /&lt;\/title&gt;&lt;script&gt;"&amp;' d="1.23456"/);
  assert.doesNotMatch(markup, /<script/);
});

test('lengths are rounded to a tenth of a pixel', () => {
  assert.match(chart('x'), /["(,]\d+\.\d[",)ML]/);
  assert.doesNotMatch(chart('x'), / (?:d|transform|[xy][12]?|c[xy])="[^"]*\.\d\d/);
});

test('axis titles are there, and no style of its own that would rule the page', () => {
  assert.match(chart('x'), />[^<]*Step[^<]*</);
  assert.match(chart('x'), />[^<]*Loss[^<]*</);
  assert.doesNotMatch(chart('x'), /<style/);
});

test('the same values give the same bytes', async () => {
  const first = chart('x');
  assert.equal(chart('x'), first);
  const again = await loadCharts();
  const other = again.draw('d', { marks: [again.Plot.dot([[1, 2]])] }).markup;
  assert.equal(draw('d', { marks: [Plot.dot([[1, 2]])] }).markup, other);
});
