import assert from 'node:assert/strict';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { makeFolder } from '../helpers/make-folder.ts';
import { HEALTHDIAG, LEG005 } from '../helpers/run-cli.ts';
import {
  assertTellsLegsApart,
  copyLegs,
  manifestOf,
  retrainLegs,
  splitRows,
  succeed,
} from '../helpers/runs.ts';

const GIVEN_L2 = ['--l2', '0.1'];

/** Moves nothing: copies legs into `<part>/<label>` as the counts say, each leg once. */
function makeParts(folder: string, parts: Readonly<Record<string, number>>): void {
  let from = 0;
  for (const [part, count] of Object.entries(parts)) {
    copyLegs(path.join(folder, part), { brokenleg: count, healthyleg: count }, from);
    from += count;
  }
}

for (const [what, parts, announced] of [
  ['train, val and test', { train: 20, val: 5, test: 10 }, 'train 40, val 10, test 20'],
  ['Training, validation', { Training: 20, validation: 10 }, 'Training 40, validation 20'],
  ['train and test', { train: 25, test: 15 }, 'train 50, test 30'],
] as const) {
  test(`when the folders are ${what} then that split is announced and kept`, async (t) => {
    const folder = makeFolder(t);
    const images = path.join(folder, 'images');
    makeParts(images, parts);
    const model = path.join(folder, 'm');
    const words = [
      'retrain',
      '--no_report',
      '--image_dir',
      images,
      '--model_dir',
      model,
      ...GIVEN_L2,
    ];
    const { stderr, stdout } = await succeed(words);
    assert.match(stderr, new RegExp(`^found a ready-made split: ${announced} images$`, 'm'));
    const { split, labels } = await manifestOf(model);
    assert.deepEqual(labels, ['brokenleg', 'healthyleg']);
    assert.equal(split.rule, 'given');
    const [first, ...others] = Object.values(parts) as number[];
    assert.deepEqual(split.images.training, [first, first]);
    const tested = 'test' in parts ? parts.test : 0;
    assert.deepEqual(split.images.testing, [tested, tested]);
    assert.equal(stdout.includes('No test images'), tested === 0);
    assert.equal(others.length > 0, true);
    await assertTellsLegsApart(model);
  });
}

test('when an image stands in two parts of a given split then it is said, and recorded', async (t) => {
  const folder = makeFolder(t);
  const images = path.join(folder, 'images');
  makeParts(images, { train: 20, test: 10 });
  cpSync(LEG005, path.join(images, 'train', 'brokenleg', 'a.jpg'));
  cpSync(LEG005, path.join(images, 'test', 'brokenleg', 'b.jpg'));
  const model = path.join(folder, 'm');
  const words = [
    'retrain',
    '--no_report',
    '--image_dir',
    images,
    '--model_dir',
    model,
    ...GIVEN_L2,
  ];
  const { stderr } = await succeed(words);
  assert.match(stderr, /^warning: images in more than one split: 1,/m);
  assert.doesNotMatch(stderr, /no file is in two splits/);
  assert.equal((await manifestOf(model)).split.disjoint_by, 'file');
});

test('when a table gives path and label only then images are split by imgdiag', async (t) => {
  const folder = makeFolder(t);
  const model = path.join(folder, 'm');
  const rows = await splitRows(['--image_dir', HEALTHDIAG]);
  const lines = rows.map(({ path: name, label }) => `${name},${label},free text`);
  const file = path.join(folder, 'table.csv');
  writeFileSync(file, ['path,label,remark', ...lines].join('\r\n'));
  const words = ['--manifest', file, '--image_dir', HEALTHDIAG, ...GIVEN_L2];
  const { stderr } = await succeed(['retrain', '--no_report', ...words, '--model_dir', model]);
  assert.match(stderr, /^unknown columns of .*table\.csv are ignored: remark$/m);
  const { split } = await manifestOf(model);
  assert.deepEqual([split.rule, split.grouping], ['sha1-percentage', 'none']);
  const direct = path.join(folder, 'direct');
  await retrainLegs(['--model_dir', direct, ...GIVEN_L2]);
  assert.deepEqual(split, (await manifestOf(direct)).split);
});

test('when a table gives split and group then both are kept, from - as from a file', async (t) => {
  const folder = makeFolder(t);
  const group_by = ['--group_by', String.raw`leg(\d\d)`];
  const { stdout: table } = await succeed(['manifest', '--image_dir', HEALTHDIAG, ...group_by]);
  const file = path.join(folder, 'table.csv');
  writeFileSync(file, table);
  const [named, piped] = [path.join(folder, 'named'), path.join(folder, 'piped')];
  const words = ['retrain', '--no_report', '--image_dir', HEALTHDIAG, ...GIVEN_L2, '--manifest'];
  await succeed([...words, file, '--model_dir', named]);
  await succeed([...words, '-', '--model_dir', piped], { input: Buffer.from(table) });
  const [one, two] = await Promise.all([manifestOf(named), manifestOf(piped)]);
  assert.equal(one.version, two.version);
  assert.deepEqual([one.split.rule, one.split.grouping], ['given', 'table']);
  assert.equal(one.split.disjoint_by, 'group');
  const count = (set: string) =>
    table.split('\n').filter((row) => row.includes(`,"${set}",`)).length;
  for (const set of ['training', 'validation', 'testing'] as const) {
    const images = one.split.images[set].reduce((sum, n) => sum + n);
    assert.equal(images, count(set), set);
    assert.ok(images > 0, set);
  }
});

test('when paths are relative then they are so to the folder of the table', async (t) => {
  const folder = makeFolder(t);
  mkdirSync(path.join(folder, 'data'));
  copyLegs(path.join(folder, 'data', 'images'), { brokenleg: 10, healthyleg: 10 });
  const rows = await splitRows(['--image_dir', path.join(folder, 'data', 'images')]);
  const lines = rows.map(({ path: name, label, split }) => `images/${name},${label},${split}`);
  writeFileSync(path.join(folder, 'data', 't.csv'), ['path,label,split', ...lines].join('\n'));
  const words = ['retrain', '--no_report', '--manifest', path.join('data', 't.csv'), ...GIVEN_L2];
  const { stderr } = await succeed(words, { cwd: folder });
  assert.match(stderr, /^20 images: /m);
});

test('when groups are named then the log and the model say so, with counts', async (t) => {
  const folder = makeFolder(t);
  const model = path.join(folder, 'm');
  const group_by = ['--group_by', String.raw`leg(\d\d)`];
  const { stderr } = await retrainLegs(['--model_dir', model, ...group_by, ...GIVEN_L2]);
  const { split } = await manifestOf(model);
  assert.equal(split.disjoint_by, 'group');
  assert.ok(split.groups);
  const { training, validation, testing } = split.groups;
  assert.equal(training + validation + testing, 9);
  const line = `no group is in two splits: ${training} training, ${validation} validation, ${testing} testing groups`;
  assert.ok(stderr.includes(line), stderr);
  const info = await succeed(['info', model]);
  assert.match(info.stdout, /disjoint by group \(\d training, \d validation, \d testing\)/);
  const plain = path.join(folder, 'plain');
  const { stderr: without } = await retrainLegs(['--model_dir', plain, ...GIVEN_L2]);
  assert.match(
    without,
    /^no file is in two splits byte for byte; no likely near-duplicate was found; patients may be \(see --group_by\)$/m,
  );
  assert.equal((await manifestOf(plain)).split.disjoint_by, 'content');
});

test('when images are added then the old ones stay in their splits, and it is said', async (t) => {
  const folder = makeFolder(t);
  const images = path.join(folder, 'images');
  const model = path.join(folder, 'm');
  copyLegs(images, { brokenleg: 20, healthyleg: 20 });
  const words = ['--image_dir', images, '--model_dir', model];
  const first = await succeed(['retrain', '--no_report', ...words, ...GIVEN_L2]);
  assert.doesNotMatch(first.stderr, /stay in the split/);
  const before = await splitRows(words);
  copyLegs(images, { brokenleg: 20, healthyleg: 20 }, 20);
  const second = await succeed(['retrain', '--no_report', ...words, ...GIVEN_L2]);
  assert.match(second.stderr, /^40 images stay in the split that the model folder records$/m);
  const after = await splitRows(words);
  const splitByPath = new Map(after.map((row) => [row.path, row.split]));
  assert.deepEqual(
    before.map((row) => splitByPath.get(row.path)),
    before.map(({ split }) => split),
  );
  assert.equal(after.length, 80);
});

test('when percentages or groups change then a new split is made, and that is reported', async (t) => {
  const folder = makeFolder(t);
  const model = path.join(folder, 'm');
  await retrainLegs(['--model_dir', model, ...GIVEN_L2]);
  const anew = /^making a new split: percentages or groups differ from those recorded in /m;
  for (const words of [
    ['--testing_percentage', '30'],
    ['--group_by', String.raw`leg(\d\d)`],
  ]) {
    const { stderr } = await retrainLegs(['--model_dir', model, ...GIVEN_L2, ...words]);
    assert.match(stderr, anew);
    const rows = await splitRows(['--image_dir', HEALTHDIAG, ...words]);
    const { split } = await manifestOf(model);
    const tested = split.images.testing.reduce((sum, n) => sum + n);
    assert.equal(tested, rows.filter((row) => row.split === 'testing').length);
  }
  const { stderr } = await retrainLegs(['--model_dir', model, ...GIVEN_L2, '--seed', '1']);
  assert.match(stderr, anew);
});

test('when the recorded split is damaged then a warning says so', async (t) => {
  const folder = makeFolder(t);
  const images = path.join(folder, 'images');
  copyLegs(images, { brokenleg: 20, healthyleg: 20 });
  const model = path.join(folder, 'm');
  const words = [
    'retrain',
    '--no_report',
    '--image_dir',
    images,
    '--model_dir',
    model,
    ...GIVEN_L2,
  ];
  await succeed(words);
  const { version } = await manifestOf(model);
  writeFileSync(path.join(model, 'versions', version, 'split.json'), '{}');
  const again = await succeed(words);
  assert.match(
    again.stderr,
    /^warning: making a new split, since the recorded one cannot be read: .*split\.json/m,
  );
  assert.equal((await manifestOf(model)).version, version);
  assert.doesNotMatch((await succeed(words)).stderr, /cannot be read/);
});
