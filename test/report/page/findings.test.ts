import assert from 'node:assert/strict';
import test from 'node:test';
import type { Finding } from '../../../src/check/findings.ts';
import { findingsSection } from '../../../src/report/page/findings.ts';
import { textOf } from '../../helpers/text-of.ts';

function finding(severity: Finding['severity'], sentence: string, items = 0): Finding {
  return {
    kind: 'outliers',
    severity,
    sentence,
    items: Array.from({ length: items }, (_, at) => ({
      paths: [`a${at}<.jpg`, 'b\n.jpg'],
      detail: `detail ${at}`,
      score: 1,
    })),
  };
}

test('warnings come before notes, both named in words', () => {
  const section = findingsSection([finding('note', 'one'), finding('warning', 'two')]);
  const text = textOf(section?.body ?? { markup: '' });
  assert.match(text, /^This is a quick check\. imgdiag check also .* Warning two\. Note one\.$/);
});

test('the worst items are shown escaped, the rest is counted', () => {
  const text = textOf(findingsSection([finding('note', 'many', 11)])?.body ?? { markup: '' });
  assert.match(text, /a0&lt;\.jpg = b\\n\.jpg detail 0 a1/);
  assert.match(text, /detail 7 And 3 more; imgdiag check --all lists them\.$/);
});

test('a check that found nothing says so; no check, no section', () => {
  assert.match(textOf(findingsSection([])?.body ?? { markup: '' }), /No findings/);
  assert.equal(findingsSection(null), null);
});
