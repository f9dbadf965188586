import assert from 'node:assert/strict';
import test from 'node:test';
import { cardSection } from '../../../src/report/page/card.ts';
import { textOf } from '../../helpers/text-of.ts';

test('headings with names and values, in order and escaped', () => {
  const section = cardSection([
    {
      heading: 'Data',
      rows: [
        ['Images', '397'],
        ['2', '<1>'],
      ],
    },
    { heading: 'Use', rows: [] },
  ]);
  assert.equal(textOf(section?.body ?? { markup: '' }), 'Data Images 397 2 &lt;1&gt; Use');
});

test('without rows there is no card', () => {
  assert.equal(cardSection([]), null);
});
