import assert from 'node:assert/strict';
import test from 'node:test';
import { InputError } from '../../src/base/errors.ts';
import { endingPatterns, originsOf } from '../../src/check/alike-names.ts';
import { groupByPattern } from '../../src/data/dataset-groups.ts';
import { patternFor } from '../../src/data/group-pattern.ts';
import type { PlannedSplit } from '../../src/data/plan-split.ts';
import { splitFiles } from '../../src/data/split.ts';

function plannedOf(paths: readonly string[], grouping = 'none', presplit = false): PlannedSplit {
  const files = [...paths].sort().map((path, at) => ({
    path,
    file: path,
    label: path.split('/')[0],
    sha256: `${at}`,
    bytes: 1,
    format: 'jpeg' as const,
    kind: '8-bit' as const,
    spare: false,
  }));
  const labels = [...new Set(files.map(({ label }) => label))];
  const dataset = { labels, files, notes: [], presplit, grouping };
  const rule = { testing: 10, validation: 10 };
  const plan = { testing_percentage: 10, validation_percentage: 10, grouping };
  const split = splitFiles(files, labels, rule);
  return { dataset, files, failures: [], plan, rule, split };
}

function suggest(
  planned: PlannedSplit,
  pairs: readonly (readonly [string, string])[],
  checkFolds: (tried: PlannedSplit) => void = () => {},
) {
  const numberOf = new Map(planned.files.map(({ path }, number) => [path, number]));
  const found = pairs.map((pair) => pair.map((path) => numberOf.get(path)) as [number, number]);
  const origins = originsOf(planned.files);
  const endings = new Set(found.flat().flatMap((number) => origins[number].endings));
  return patternFor(planned, found, endingPatterns(endings), checkFolds);
}

const numbers = Array.from({ length: 30 }, (_, i) => String(i));
const altered = (label: string) =>
  numbers.flatMap((n) => [`${label}/${n}.jpg`, `${label}/${n}_aug_1.jpg`]);

test('when endings tell copies apart then a pattern without them ties each pair', async () => {
  const planned = plannedOf([...altered('a'), ...numbers.map((n) => `b/x${n}.jpg`)]);
  const pattern = await suggest(planned, [
    ['a/3.jpg', 'a/3_aug_1.jpg'],
    ['a/7.jpg', 'a/7_aug_1.jpg'],
  ]);
  assert.equal(pattern, String.raw`([^/]+?)(?:[ _.-]+(?:aug)[ _.\d()-]*)*\.\w+$`);
  const { files } = await groupByPattern(planned.files, pattern);
  const groups = new Map(files.map(({ path, group }) => [path, group]));
  assert.equal(groups.get('a/3.jpg'), '3');
  assert.equal(groups.get('a/3_aug_1.jpg'), '3');
  assert.notEqual(groups.get('a/4.jpg'), '3');
});

test('when the same numbers are under two labels then the folder is part of the group', async () => {
  const planned = plannedOf([...altered('a'), ...altered('b')]);
  const pattern = await suggest(planned, [['a/3.jpg', 'a/3_aug_1.jpg']]);
  assert.ok(pattern, 'there is one');
  const { files } = await groupByPattern(planned.files, pattern);
  assert.equal(new Set(files.map(({ group }) => group)).size, 60);
});

test('when what comes before a separator ties all pairs then that is the pattern', async () => {
  const frames = numbers.flatMap((n) => [`a/v${n}_1.png`, `a/v${n}_2.png`]);
  const planned = plannedOf([...frames, ...numbers.map((n) => `b/w${n}.png`)]);
  const pattern = await suggest(planned, [
    ['a/v3_1.png', 'a/v3_2.png'],
    ['a/v9_1.png', 'a/v9_2.png'],
  ]);
  assert.equal(pattern, '([^/]+)[_-][^/_-]+$');
});

test('when names say nothing, or only a word that all share, then there is none', async () => {
  const planned = plannedOf(numbers.flatMap((n) => [`a/IMG_${n}.jpg`, `b/DSC_${n}.jpg`]));
  assert.equal(await suggest(planned, [['a/IMG_1.jpg', 'a/IMG_2.jpg']]), undefined);
  assert.equal(
    await suggest(plannedOf([...altered('a'), ...altered('b')]), [['a/1.jpg', 'b/2.jpg']]),
    undefined,
  );
});

test('when the split or the groups are given, or folds lack groups, then there is none', async () => {
  const paths = [...altered('a'), ...altered('b')];
  const pairs = [['a/3.jpg', 'a/3_aug_1.jpg']] as const;
  assert.ok(await suggest(plannedOf(paths), pairs), 'there is one');
  assert.equal(await suggest(plannedOf(paths, 'table'), pairs), undefined);
  assert.equal(await suggest(plannedOf(paths, 'none', true), pairs), undefined);
  const refuse = () => {
    throw new InputError('too few', { hint: '' });
  };
  assert.equal(await suggest(plannedOf(paths), pairs, refuse), undefined);
});
