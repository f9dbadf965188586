import assert from 'node:assert/strict';
import test from 'node:test';
import type { DatasetFile } from '../../src/data/dataset.ts';
import { groupByPattern } from '../../src/data/dataset-groups.ts';
import { groupLabelWarning } from '../../src/data/group-labels.ts';

/** Files of two labels below `prefix`, named by the same patients. */
const twoLabels = (names: readonly string[], prefix = ''): DatasetFile[] =>
  ['bars', 'round'].flatMap((label) =>
    names.map((name) => {
      const path = `${prefix}${label}/${name.replace('LABEL', label)}`;
      return { path, file: path, label };
    }),
  );
const FLAT = twoLabels(['P00_L.jpg', 'P00_R.jpg', 'P01_L.jpg', 'P01_R.jpg']);
const NESTED = twoLabels(['P00/L.jpg', 'P00/R.jpg', 'P01/L.jpg', 'P01/R.jpg']);
const PREFIXED = twoLabels(['LABEL_P00_L.jpg', 'LABEL_P00_R.jpg', 'LABEL_P01_L.jpg']);
const PARTS = twoLabels(['P00_L.jpg', 'P00_R.jpg'], 'train/');

const warningOf = async (files: readonly DatasetFile[], pattern: string) =>
  (await groupByPattern(files, pattern)).notes.find(([, text]) =>
    text.includes('label folder'),
  )?.[1];

test('when a pattern captures the label folder then one that leaves it out is named, and does', async () => {
  const cases: [DatasetFile[], string, string][] = [
    [FLAT, '^([^_]+)_', '^[^/]+/([^_]+)_'],
    [FLAT, '(.*)_', '^[^/]+/(.*)_'],
    [FLAT, '(\\w+/P\\d+)', '\\w+/(P\\d+)'],
    [FLAT, '^(?<patient>[^/]+/[^_]+)', '^[^/]+/(?<patient>[^_]+)'],
    [FLAT, '((?:bars|round)/[^_]*)', '(?:bars|round)/([^_]*)'],
    [FLAT, '(^[^_]+)_', '/([^/_]+)_'],
    [NESTED, '^(.*)/', '^[^/]+/(.*)/'],
    [PREFIXED, '/([^_]+_[^_]+)_', '_([^_]+)_'],
    [PARTS, '^([^_]+)_', '^[^/]+/[^/]+/([^_]+)_'],
  ];
  for (const [files, pattern, better] of cases) {
    const warning = await warningOf(files, pattern);
    assert.ok(warning?.endsWith(`leave the folder out with --group_by '${better}'`), warning);
    assert.equal(await warningOf(files, better), undefined);
    const { files: grouped } = await groupByPattern(files, better);
    const groups = new Set(grouped.map(({ group }) => group));
    assert.ok(
      [...groups].every((group) => /^P\d\d$/.test(group ?? '')),
      `${[...groups]}`,
    );
  }
  assert.equal(
    await warningOf(FLAT, '^([^_]+)_'),
    "every group holds its label folder, so that bars/P00 and round/P00 are two groups: if P00 is one patient, leave the folder out with --group_by '^[^/]+/([^_]+)_'",
  );
});

test('when a pattern captures nothing but the label folder then that is told', async () => {
  assert.equal(
    await warningOf(NESTED, '([^/]+)/'),
    "every group is a label folder: if a label has several patients, leave the folder out with --group_by '^[^/]+/([^/]+)/'",
  );
});

test('when the split is in the group too then parts of one label are compared as well', async () => {
  const files = ['train', 'test'].map((part) => {
    const path = `${part}/bars/P00_L.jpg`;
    return { path, file: path, label: 'bars' };
  });
  assert.match(
    (await warningOf(files, '^([^_]+)_')) ?? '',
    /train\/bars\/P00 and test\/bars\/P00 are two/,
  );
});

test('when no pattern was found to fit then the warning says where parentheses begin', async () => {
  const files = twoLabels(['x-P00', 'y/P00', 'P00']);
  const warning = await warningOf(files, '^(bars/(?:x-|y/)?P00|round/(?:x-|y/)?P00)');
  assert.match(warning ?? '', /begin the parentheses of --group_by behind that folder$/);
});

test('when groups do not hold the label, or never twice, then nothing is said', async () => {
  assert.equal(await warningOf(FLAT, '(P\\d+)'), undefined);
  assert.equal(await warningOf(FLAT.slice(0, 4), '^([^_]+)_'), undefined);
  const own = FLAT.map((file, i) => ({ ...file, path: file.path.replace('_', `${i}_`) }));
  assert.equal(await warningOf(own, '^([^_]+)_'), undefined);
  // Part of a word.
  const words = twoLabels(['handlebars_1', 'ground_1']).map((file) => ({ ...file, group: 'bars' }));
  assert.deepEqual(
    await groupLabelWarning(words.map((file) => ({ ...file, group: 'sandbars' }))),
    [],
  );
});

test('when the groups of a table hold the label then the column is to be changed', async () => {
  const files = FLAT.map((file) => ({ ...file, group: `P00-${file.label}` }));
  const [[level, text]] = await groupLabelWarning(files);
  assert.equal(level, 'warning');
  assert.match(
    text,
    /^every group holds its label, .* P00-bars and P00-round .*: if P00 is one .* leave the label out of the column group$/,
  );
});
