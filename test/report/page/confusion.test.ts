import assert from 'node:assert/strict';
import test from 'node:test';
import type { ReportSplit } from '../../../src/report/data.ts';
import { confusion } from '../../../src/report/page/confusion.ts';
import { makeReport } from '../../helpers/make-report.ts';
import { textOf } from '../../helpers/text-of.ts';

async function splitOf(
  labels: readonly string[],
  counts: readonly (readonly number[])[],
): Promise<ReportSplit> {
  const data = await makeReport({ labels, counts: labels.map(() => 1), images: false });
  const [split] = data.splits;
  const images = counts.flat().reduce((sum, count) => sum + count, 0);
  const correct = counts.reduce((sum, row, at) => sum + row[at], 0);
  return { ...split, metrics: { ...split.metrics, images, correct, confusion: counts } };
}

test('counts and shares of rows, in the order of labels', async () => {
  const text = textOf(
    confusion(
      await splitOf(
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
    /^5 of 57 images are misclassified: a as b \(3 of 41\) and b as a \(2 of 16\)\./,
  );
  assert.match(
    text,
    /True label Predicted label Images b a b 14 87.5% 2 12.5% 16 a 3 7.3% 38 92.7% 41$/,
  );
});

test('a label without images has en dashes, not NaN', async () => {
  const text = textOf(
    confusion(
      await splitOf(
        ['a', 'b'],
        [
          [4, 0],
          [0, 0],
        ],
      ),
    ),
  );
  assert.match(text, /^All 4 images are classified correctly\./);
  assert.match(text, /b – – 0$/);
});

test('of many labels the most frequent confusions are listed, and what is left out is said', async () => {
  const labels = Array.from({ length: 30 }, (_, at) => `l${at}`);
  const counts = labels.map((_, i) =>
    labels.map((__, j) => (i === j ? 10 : j === i + 1 ? 1 + (i % 3) : 0)),
  );
  const text = textOf(confusion(await splitOf(labels, counts)));
  assert.match(text, /True label Predicted label Images Share of true label l2 l3 3 23.1%/);
  assert.match(text, /matrix of 30 labels is in evaluation\.json; 9 rarer confusions omitted here/);
});
