import assert from 'node:assert/strict';
import test from 'node:test';
import type { ReportSet } from '../../../src/report/data.ts';
import { confusion } from '../../../src/report/page/confusion.ts';
import { makeReport } from '../../helpers/make-report.ts';
import { textOf } from '../../helpers/text-of.ts';

async function setOf(
  labels: readonly string[],
  counts: readonly (readonly number[])[],
): Promise<ReportSet> {
  const data = await makeReport({ labels, counts: labels.map(() => 1), images: false });
  const [set] = data.sets;
  const images = counts.flat().reduce((sum, count) => sum + count, 0);
  const correct = counts.reduce((sum, row, at) => sum + row[at], 0);
  return { ...set, metrics: { ...set.metrics, images, correct, confusion: counts } };
}

test('counts and shares of rows, in the order of labels', async () => {
  const text = textOf(
    confusion(
      await setOf(
        ['b', 'a'],
        [
          [14, 2],
          [3, 38],
        ],
      ),
    ),
  );
  assert.match(
    text,
    /^5 mistakes in 57 images. These are: a taken for b \(3 of 41\) and b taken for a \(2 of 16\)\./,
  );
  assert.match(text, /Truth Predicted Images b a b 14 87.5% 2 12.5% 16 a 3 7.3% 38 92.7% 41$/);
});

test('a label without images has en dashes, not NaN', async () => {
  const text = textOf(
    confusion(
      await setOf(
        ['a', 'b'],
        [
          [4, 0],
          [0, 0],
        ],
      ),
    ),
  );
  assert.match(text, /^All 4 images are right\./);
  assert.match(text, /b – – 0$/);
});

test('of many labels the commonest confusions are listed, and what is left out is said', async () => {
  const labels = Array.from({ length: 30 }, (_, at) => `l${at}`);
  const counts = labels.map((_, i) =>
    labels.map((__, j) => (i === j ? 10 : j === i + 1 ? 1 + (i % 3) : 0)),
  );
  const text = textOf(confusion(await setOf(labels, counts)));
  assert.match(text, /Label Taken for Images Of the label l2 l3 3 23.1%/);
  assert.match(text, /matrix of 30 labels does not fit on a page; 9 rarer confusions left out/);
});
