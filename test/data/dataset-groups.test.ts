import assert from 'node:assert/strict';
import test from 'node:test';
import { EXIT } from '../../src/base/errors.ts';
import type { DatasetFile } from '../../src/data/dataset.ts';
import {
  aloneNotes,
  caseNotes,
  checkGroups,
  groupByPattern,
} from '../../src/data/dataset-groups.ts';
import { info } from '../helpers/info.ts';
import { assertRejects } from '../helpers/rejects.ts';

const files = (...paths: string[]): DatasetFile[] =>
  paths.map((path) => ({ path, file: `/data/${path}`, label: path.split('/')[0] }));
const groupsOf = async (paths: string[], pattern: string) =>
  (await groupByPattern(files(...paths), pattern)).files.map(({ group }) => group);

test('when the pattern matches then its first capture is the group, across labels', async () => {
  const found = files('cats/p1_a.jpg', 'cats/p2_a.jpg', 'dogs/p1_b.jpg');
  const { files: grouped, notes } = await groupByPattern(found, '/(p[0-9]+)_(.)');
  assert.deepEqual(grouped, [
    { ...found[0], group: 'p1' },
    { ...found[1], group: 'p2' },
    { ...found[2], group: 'p1' },
  ]);
  assert.deepEqual(
    notes,
    info('groups by --group_by: 2, e.g. p1 (cats/p1_a.jpg, dogs/p1_b.jpg) and p2 (cats/p2_a.jpg)'),
  );
});

test('when files do not match, or match with nothing, then they have no group', async () => {
  const found = files('cats/p1.jpg', 'cats/x.jpg', 'dogs/p.jpg', 'dogs/ .jpg');
  const { files: grouped, notes } = await groupByPattern(found, '/p?([0-9 ]*)\\.jpg');
  assert.deepEqual(
    grouped.map(({ group }) => group),
    ['1', undefined, undefined, undefined],
  );
  assert.ok(!('group' in grouped[1]));
  assert.deepEqual(
    notes.slice(-1),
    info('3 of 4 files do not match --group_by: each is treated as its own group'),
  );
});

test('when groups are many then the two largest are shown, each with three of its files', async () => {
  const names = ['a_1', 'b_1', 'b_2', 'c_1', 'c_2', 'c_3', 'c_4', 'd_1', 'd_2'];
  const { notes } = await groupByPattern(files(...names.map((name) => `x/${name}`)), '/(.)');
  const shown = 'c (x/c_1, x/c_2, x/c_3 and 1 more) and b (x/b_1, x/b_2)';
  assert.deepEqual(notes, info(`groups by --group_by: 4, e.g. ${shown}`));
});

test('when no group has two files then a warning says that it changes nothing', async () => {
  const { notes } = await groupByPattern(files('a/1.jpg', 'b/2.jpg'), '/(.*)');
  assert.deepEqual(notes[1], [
    'warning',
    'each group by --group_by has one file, so it keeps no images together',
  ]);
});

test('when a group is written in two Unicode forms then it is one', async () => {
  assert.deepEqual(await groupsOf(['a/e\u0301_1'], '/(\u00e9)_'), ['\u00e9']);
  assert.deepEqual(await groupsOf(['a/\u00e9_1'], '/(e\u0301)_'), ['\u00e9']);
  assert.deepEqual(await groupsOf(['a/\u00e9_1', 'a/e\u0301_2'], '/(.+)_'), ['\u00e9', '\u00e9']);
});

test('when the capture is named, optional, nested or beyond ASCII then it counts', async () => {
  assert.deepEqual(await groupsOf(['a/p7.jpg'], '(?<patient>p\\d)'), ['p7']);
  assert.deepEqual(await groupsOf(['a/p7.jpg', 'a/q7.jpg'], '(p7)|q7'), ['p7', undefined]);
  assert.deepEqual(await groupsOf(['a/p7.jpg'], '(p(7))'), ['p7']);
  assert.deepEqual(await groupsOf(['a/🦴1.jpg'], '/(.)'), ['🦴']);
  assert.deepEqual(await groupsOf(['a/ p1 .jpg'], '/(.*)\\.jpg'), ['p1']);
});

test('when the pattern is no regular expression then the reason is given', async () => {
  await assertRejects(
    () => groupsOf(['a/1.jpg'], '(p[0-9+'),
    EXIT.usage,
    /^expected a regular expression for --group_by, found \(p\[0-9\+ \(.*[a-z]\)$/,
    /--group_by/,
  );
});

test('when the pattern captures nothing then parentheses are asked for', async () => {
  for (const pattern of ['p[0-9]+', '', '(?:p)', '\\(p\\)', '(?=p)', '[(]p[)]']) {
    await assertRejects(
      () => groupsOf(['a/p1.jpg'], pattern),
      EXIT.usage,
      `expected parentheses in --group_by, found none in ${pattern}`,
      /parentheses|put them around/,
    );
  }
});

test('when the pattern matches no file then a path is shown', async () => {
  await assertRejects(
    () => groupsOf(['a/1.jpg', 'b/1.jpg'], '(patient)'),
    EXIT.usage,
    'expected --group_by (patient) to match paths such as a/1.jpg, found no match in 2 files',
    /path below the image folder/,
  );
});

test('when files have groups already then a pattern is refused', async () => {
  const found = files('a/1.jpg', 'b/1.jpg').map((file) => ({ ...file, group: 'p1' }));
  await assertRejects(
    () => groupByPattern(found, '(.)'),
    EXIT.usage,
    'expected groups from --group_by or from the manifest, found both',
    /omit/,
  );
});

test('when a group is in two given splits then both places are named', async () => {
  const given: DatasetFile[] = [
    { ...files('train/a/p1_1.jpg')[0], givenSplit: 'training' },
    { ...files('val/a/p2_1.jpg')[0], givenSplit: 'validation' },
    { ...files('val/b/p1_2.jpg')[0], givenSplit: 'validation' },
  ];
  await assertRejects(
    () => groupByPattern(given, '/(p\\d)_'),
    EXIT.input,
    'expected all images of group p1 in one split, found training (train/a/p1_1.jpg) and validation (val/b/p1_2.jpg)',
    /same split/,
  );
  assert.doesNotThrow(() => checkGroups(given, ({ path }) => path));
});

test('when every file has a group then there is no note on those without', () => {
  assert.deepEqual(aloneNotes(0, 7, 'name a group'), []);
});

test('when a pattern takes for ever on one path then it is refused, and the process goes on', async () => {
  const path = `a/${'a'.repeat(40)}.jpg`;
  const started = performance.now();
  let turns = 0;
  const turning = setInterval(() => turns++, 50);
  await assertRejects(
    () => groupsOf(['a/b.jpg', path], '((([a-z/]+)+)+)$!'),
    EXIT.usage,
    /^expected --group_by .* to take less than two seconds for each path, found that it takes longer for a\/aaaa/,
    /simplify/,
  );
  clearInterval(turning);
  assert.ok(performance.now() - started < 10_000, 'it ends soon');
  assert.ok(turns >= 10, `the main thread had ${turns} turns`);
});

test('when a pattern is longer than any that is meant then it is not compiled', async () => {
  await assertRejects(
    () => groupsOf(['a/b.jpg'], `(${'a|'.repeat(6000)}b)`),
    EXIT.usage,
    /at most 10000 char/,
  );
});

test('when groups differ only in case then a warning names them', () => {
  const files = ['P1', 'p1', 'P2', 'P1', undefined].map((group) => (group ? { group } : {}));
  assert.deepEqual(caseNotes(files), [
    [
      'warning',
      'groups that differ only in case are kept apart: P1 and p1; if they are the same, write them alike',
    ],
  ]);
  assert.deepEqual(caseNotes([{ group: 'a' }, { group: 'b' }]), []);
});
