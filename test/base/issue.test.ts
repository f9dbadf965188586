import assert from 'node:assert/strict';
import test from 'node:test';
import * as v from 'valibot';
import { describeIssue } from '../../src/base/issue.ts';

const Schema = v.strictObject({
  labels: v.array(v.string()),
  size: v.pipe(v.number(), v.maxValue(9)),
});

/** Expected sentences, by what is wrong. */
const CASES: readonly (readonly [unknown, string])[] = [
  [{ size: 1 }, 'labels: expected "labels" but found nothing'],
  [{ labels: [1], size: 1 }, 'labels.0: expected string but found 1'],
  [{ labels: [], size: 10 }, 'size: expected <=9 but found 10'],
  [{ labels: [], size: 1, more: 2 }, 'more: expected no such field'],
  [null, 'it: expected Object but found null'],
];

for (const [data, sentence] of CASES) {
  test(`when data is wrong then it is told: ${sentence}`, () => {
    const parsed = v.safeParse(Schema, data);
    assert.equal(describeIssue((parsed.issues as [v.BaseIssue<unknown>])[0]), sentence);
  });
}
