import assert from 'node:assert/strict';
import test from 'node:test';
import { InputError } from '../../src/base/errors.ts';
import { hashPercentage, splitFiles } from '../../src/data/split.ts';
import type { SplitName } from '../../src/data/split-names.ts';
import type { SplitFile } from '../../src/data/units.ts';
import { info } from '../helpers/info.ts';

const TEN_TEN = { testing: 10, validation: 10 };

const file = (path: string, bytes = path): SplitFile => ({
  path,
  label: path.split('/')[0],
  sha256: bytes,
});

/** The first `count` paths `label/N` whose hash lies in `low..high` percent. */
function pathsAt(label: string, low: number, high: number, count: number): string[] {
  const found: string[] = [];
  for (let number = 0; found.length < count; number++) {
    const percent = hashPercentage(`${label}/${number}`);
    if (percent >= low && percent < high) found.push(`${label}/${number}`);
  }
  return found;
}

/** Set of each path. */
function splitsOf(files: readonly SplitFile[], labels: readonly string[], percentages = TEN_TEN) {
  const split = splitFiles(files, labels, percentages);
  const splitByPath = new Map(files.map(({ path }, index) => [path, split.splitOf[index]]));
  return { ...split, splitByPath };
}

/** One label with one file for each split by its hash, so that no rescue is needed. */
const complete = (label: string) =>
  [...pathsAt(label, 0, 10, 1), ...pathsAt(label, 10, 20, 1), ...pathsAt(label, 20, 100, 1)].map(
    (path) => file(path),
  );

function assertTooFew(files: readonly SplitFile[], labels: readonly string[], message: RegExp) {
  assert.throws(
    () => splitFiles(files, labels, TEN_TEN),
    (error) => {
      assert.ok(error instanceof InputError, String(error));
      assert.match(error.message, message);
      assert.ok(error.hint);
      return true;
    },
  );
}

// From Python 3 with retrain.py's own lines:
//   name = re.sub(r'_nohash_.*$', '', path); M = 2 ** 27 - 1
//   (int(hashlib.sha1(name.encode()).hexdigest(), 16) % (M + 1)) * (100.0 / M)
const PYTHON: Record<string, number> = {
  'cats/1.jpg': 17.994391307192974,
  'cats/2.jpg': 52.42925027332641,
  'dogs/1.jpg': 63.25052800216174,
  'brokenleg/leg001.jpg': 40.71227789455859,
  'healthyleg/leg002.png': 56.081881046905224,
  'a/b': 1.3945542379807996,
  'daisy/5547758_eea9edfd54_n.jpg': 68.68499941144138,
  'cats/p1_nohash_a.jpg': 46.75924067764908,
  'cats/p1_nohash_b.jpg': 46.75924067764908,
  'cats/é.jpg': 11.89096504368607,
  '猫/写真 1.jpg': 77.28336138489367,
  'cats/sub/deep/x.tiff': 24.72394201698856,
  'cats/_nohash_only.jpg': 23.676824746108238,
};

test('when a path is hashed then the percentage is what retrain.py computes', () => {
  for (const [path, percent] of Object.entries(PYTHON)) {
    assert.equal(hashPercentage(path), percent, path);
  }
});

test('when a hash lies below the limits then it decides the split as in retrain.py', () => {
  const label = (path: string, percentages: typeof TEN_TEN) =>
    splitFiles([file(path)], [], percentages).splitOf[0];
  // 17.99: validation is drawn first, then testing.
  assert.equal(label('cats/1.jpg', { validation: 18, testing: 10 }), 'validation');
  assert.equal(label('cats/1.jpg', { validation: 17, testing: 10 }), 'testing');
  assert.equal(label('cats/1.jpg', { validation: 7, testing: 11 }), 'testing');
  assert.equal(label('cats/1.jpg', { validation: 7, testing: 10 }), 'training');
  assert.equal(label('a/b', TEN_TEN), 'validation');
  assert.equal(label('cats/é.jpg', TEN_TEN), 'testing');
  assert.equal(label('dogs/1.jpg', TEN_TEN), 'training');
});

test('when splits are complete then nothing is moved and units are counted', () => {
  const files = [...complete('a'), ...complete('b')];
  const { notes, splitOf, unitCounts } = splitsOf(files, ['a', 'b']);
  assert.deepEqual(notes, []);
  const each: SplitName[] = ['validation', 'testing', 'training'];
  assert.deepEqual(splitOf, [...each, ...each]);
  assert.deepEqual(unitCounts, { training: 2, validation: 2, testing: 2 });
});

test('when files form one unit then all go where the key goes', () => {
  const [key] = pathsAt('a/sub', 0, 10, 1);
  const [copy] = pathsAt('b/sub', 50, 100, 1);
  const files = [file(copy, 'same'), file(key, 'same'), ...complete('a'), ...complete('b')];
  const { splitByPath } = splitsOf(files, ['a', 'b']);
  assert.equal(splitByPath.get(key), 'validation');
  assert.equal(splitByPath.get(copy), 'validation');
});

test('when a member is unusable then the others stay where they were', () => {
  const [key] = pathsAt('a/sub', 0, 10, 1);
  const [copy] = pathsAt('b/sub', 50, 100, 1);
  const files = [file(key, 'same'), file(copy, 'same'), ...complete('b')];
  const { splitOf, unitCounts } = splitFiles(files, ['b'], TEN_TEN, (index) => index !== 0);
  assert.equal(splitOf[0], undefined);
  assert.equal(splitOf[1], 'validation');
  assert.deepEqual(unitCounts, { training: 1, validation: 2, testing: 1 });
});

test('when every member is unusable then the unit is not counted', () => {
  const files = [...complete('a'), file('a/bad'), file('a/worse', 'a/bad')];
  const { splitOf, unitCounts } = splitFiles(files, ['a'], TEN_TEN, (index) => index < 3);
  assert.deepEqual(splitOf.slice(3), [undefined, undefined]);
  assert.deepEqual(unitCounts, { training: 1, validation: 1, testing: 1 });
});

test('when a label lacks a split then the unit with the nearest hash is moved there', () => {
  const [near] = pathsAt('a', 22, 26, 1);
  const [next] = pathsAt('a', 30, 40, 1);
  const [far] = pathsAt('a', 60, 100, 1);
  const { splitByPath, notes } = splitsOf(
    [far, next, near].map((path) => file(path)),
    ['a'],
  );
  assert.deepEqual(
    [near, next, far].map((path) => splitByPath.get(path)),
    ['validation', 'testing', 'training'],
  );
  assert.deepEqual(
    notes,
    info(
      `the hash rule left a without validation images: moved ${near} there from training`,
      `the hash rule left a without testing images: moved ${next} there from training`,
    ),
  );
});

test('when training itself is missing then it is filled from the nearest split', () => {
  const low = pathsAt('a', 0, 10, 1);
  const middle = pathsAt('a', 10, 15, 1);
  const high = pathsAt('a', 17, 20, 1);
  const files = [...low, ...middle, ...high].map((path) => file(path));
  const { splitByPath, notes } = splitsOf(files, ['a']);
  assert.equal(splitByPath.get(high[0]), 'training');
  assert.deepEqual(
    notes,
    info(`the hash rule left a without training images: moved ${high[0]} there from testing`),
  );
});

test('when a unit of several files is moved then all move and the message counts them', () => {
  const [near] = pathsAt('a', 20, 24, 1);
  const copies = ['a/x', 'a/y'];
  const files = [
    file(near, 'same'),
    ...copies.map((path) => file(path, 'same')),
    ...[...pathsAt('a', 10, 20, 1), ...pathsAt('a', 80, 100, 2)].map((path) => file(path)),
  ];
  const { splitByPath, notes } = splitsOf(files, ['a']);
  for (const path of [near, ...copies]) assert.equal(splitByPath.get(path), 'validation');
  assert.deepEqual(
    notes,
    info(
      `the hash rule left a without validation images: moved ${near} and 2 files that belong to it there from training`,
    ),
  );
});

test('when the nearest unit is the last of another label in its split then it stays', () => {
  const [shared] = pathsAt('a', 20, 25, 1);
  const [next] = pathsAt('a', 30, 40, 1);
  const [validation, testing] = complete('b');
  const files = [
    file(shared, 'same'),
    file('b/copy', 'same'),
    file(next),
    ...[...pathsAt('a', 10, 20, 1), ...pathsAt('a', 50, 60, 1)].map((path) => file(path)),
    validation,
    testing,
  ];
  const { splitByPath } = splitsOf(files, ['a', 'b']);
  assert.equal(splitByPath.get(shared), 'training');
  assert.equal(splitByPath.get(next), 'validation');
});

test('when every move would empty another split then an error says so', () => {
  const own = pathsAt('a', 20, 100, 3);
  const files = own.flatMap((path, i) => {
    const [validation, testing] = complete(`b${i}`);
    return [file(path, `same${i}`), file(`b${i}/copy`, `same${i}`), validation, testing];
  });
  const message =
    /^expected validation images of label a, found none that another split can spare$/;
  assertTooFew(files, ['a', 'b0', 'b1', 'b2'], message);
});

test('when a percentage is 0 then that split stays empty and no unit is needed for it', () => {
  const files = pathsAt('a', 0, 20, 2).map((path) => file(path));
  const none = splitsOf(files, ['a'], { testing: 0, validation: 0 });
  assert.deepEqual(none.unitCounts, { training: 2, validation: 0, testing: 0 });
  const noTest = splitsOf(files, ['a'], { testing: 0, validation: 10 });
  assert.deepEqual(noTest.unitCounts, { training: 1, validation: 1, testing: 0 });
  const noValidation = splitsOf(files, ['a'], { testing: 20, validation: 0 });
  assert.deepEqual(noValidation.unitCounts, { training: 1, validation: 0, testing: 1 });
});

test('when a label has too few units then the error names it and counts', () => {
  const enough = complete('b');
  assertTooFew(
    [file('a/1'), file('a/2'), ...enough],
    ['a', 'b'],
    /^expected at least 3 readable images of label a \(one each for training, validation, testing\), found 2$/,
  );
  assertTooFew(
    [file('a/1', 's'), file('a/2', 's'), file('a/p_nohash_1'), file('a/p_nohash_2'), ...enough],
    ['a', 'b'],
    /of label a .*, found 4 in only 2 independent groups$/,
  );
  assertTooFew(enough, ['a', 'b'], /of label a .*, found 0$/);
});

test('when hundreds of labels lack a split then the moves are counted', () => {
  const labels = Array.from({ length: 200 }, (_, k) => `label${k}`);
  const files = labels.flatMap((label) => ['x', 'y', 'z'].map((name) => file(`${label}/${name}`)));
  const { splitByPath, notes } = splitsOf(files, labels);
  for (const label of labels) {
    const splits = ['x', 'y', 'z'].map((name) => splitByPath.get(`${label}/${name}`));
    assert.equal(new Set(splits).size, 3, label);
  }
  assert.equal(notes.length, 4);
  assert.match(notes[3][1], /^the hash rule left \d{3} more splits of labels empty/);
});
