import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import {
  nearDuplicateCounts,
  nearDuplicateWarnings,
  writeNearDuplicates,
} from '../../src/report/near-duplicates.ts';
import type { NearDuplicatePair, PlacedImage } from '../../src/report/results.ts';
import { makeFolder } from '../helpers/make-folder.ts';

const placed = (path: string, split: PlacedImage['split'], fold: number | null = null) => ({
  path,
  split,
  fold,
});
const pair = (image: PlacedImage, copyOf: PlacedImage): NearDuplicatePair => ({
  image,
  copyOf,
  relation: 're-encoded',
});
const across = [
  pair(placed('t1', 'testing'), placed('a', 'training')),
  pair(placed('t1', 'testing'), placed('b', 'validation')),
  pair(placed('v1', 'validation'), placed('a', 'training')),
  pair(placed('t2', 'testing'), placed('c', 'training')),
];
const folded = [pair(placed('d', 'training', 2), placed('e', 'training', 0))];

test('when pairs cross splits then images are counted once, with three examples', () => {
  const [warning, ...others] = nearDuplicateWarnings({ pairs: across, compared: 9, left: 0 });
  assert.deepEqual(others, []);
  assert.deepEqual(warning, [
    'warning',
    '3 images have a near-duplicate in an earlier split (1 of validation, 2 of testing), so metrics on them are optimistic: t1 and a (re-encoded), t1 and b (re-encoded), v1 and a (re-encoded) and 1 more',
  ]);
});

test('when pairs are only in two folds then that is another warning', () => {
  const [[, text]] = nearDuplicateWarnings({ pairs: folded, compared: 9, left: 40 });
  assert.equal(
    text,
    'near-duplicates in different folds: 1, so cross-validated metrics are optimistic: d and e (re-encoded); 40 more likely pairs are left to imgdiag check',
  );
  const near = { pairs: [...across, ...folded], compared: 500, left: 40 };
  assert.equal(nearDuplicateWarnings(near).length, 2);
  assert.deepEqual(nearDuplicateCounts(near), {
    compared: 500,
    not_compared: 40,
    images: { validation: 1, testing: 2 },
    pairs_across_folds: 1,
  });
});

test('when they are listed then each pair is a row, folds from 1', async (t) => {
  const file = path.join(makeFolder(t), 'near_duplicates.csv');
  await writeNearDuplicates(file, [across[0], folded[0]]);
  assert.deepEqual(readFileSync(file, 'utf8').trim().split('\n'), [
    'path,split,fold,near_duplicate_of,its_split,its_fold,relation',
    '"t1","testing",,"a","training",,"re-encoded"',
    '"d","training",3,"e","training",1,"re-encoded"',
  ]);
});
