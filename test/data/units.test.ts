import assert from 'node:assert/strict';
import test from 'node:test';
import { hashedPart, type SplitFile, splitUnits } from '../../src/data/units.ts';

/** A file of the label that its path begins with; without `bytes`, unlike any other. */
const file = (path: string, bytes = path): SplitFile => ({
  path,
  label: path.split('/')[0],
  sha256: bytes,
});

/** Each unit as the paths of its members. */
const unitsOf = (files: readonly SplitFile[]) =>
  splitUnits(files).map(({ members }) => members.map((index) => files[index].path));

test('when a path holds _nohash_ then only what comes before is hashed', () => {
  assert.equal(hashedPart('cats/p1_nohash_0.jpg'), 'cats/p1');
  assert.equal(hashedPart('cats/p1_nohash_a_nohash_b.jpg'), 'cats/p1');
  assert.equal(hashedPart('cats/p1_nohash_'), 'cats/p1');
  assert.equal(hashedPart('cats/p1_NOHASH_0.jpg'), 'cats/p1_NOHASH_0.jpg');
  assert.equal(hashedPart('cats/p1-nohash-0.jpg'), 'cats/p1-nohash-0.jpg');
});

test('when files have nothing in common then each is a unit, in path order', () => {
  const files = [file('dogs/1.jpg'), file('cats/2.jpg'), file('cats/10.jpg')];
  assert.deepEqual(unitsOf(files), [['cats/10.jpg'], ['cats/2.jpg'], ['dogs/1.jpg']]);
  assert.deepEqual(splitUnits([]), []);
});

test('when names share a _nohash_ prefix within a label then they are one unit', () => {
  const files = [
    file('cats/p1_nohash_b.jpg'),
    file('cats/p1_nohash_a.png'),
    file('cats/p2_nohash_a.jpg'),
    file('cats/p1.jpg'),
    file('cats/sub/p1_nohash_a.jpg'),
  ];
  assert.deepEqual(unitsOf(files), [
    ['cats/p1.jpg'],
    ['cats/p1_nohash_a.png', 'cats/p1_nohash_b.jpg'],
    ['cats/p2_nohash_a.jpg'],
    ['cats/sub/p1_nohash_a.jpg'],
  ]);
});

test('when the same prefix stands under two labels then they are two units', () => {
  const files = [file('cats/p1_nohash_a.jpg'), file('dogs/p1_nohash_a.jpg')];
  assert.equal(splitUnits(files).length, 2);
  // The mark may even stand in the labels themselves.
  const odd = [file('leg_nohash_left/1.jpg'), file('leg_nohash_right/1.jpg')];
  assert.equal(splitUnits(odd).length, 2);
});

test('when files have identical bytes then they are one unit, also across labels', () => {
  const files = [file('dogs/a.jpg', 'same'), file('cats/z.jpg', 'same'), file('cats/b.jpg')];
  assert.deepEqual(unitsOf(files), [['cats/b.jpg'], ['cats/z.jpg', 'dogs/a.jpg']]);
});

test('when ties form a chain then all its files are one unit', () => {
  const files = [
    file('a/p_nohash_1.jpg', 'x'),
    file('b/copy.jpg', 'x'),
    file('b/copy2.jpg', 'y'),
    file('a/p_nohash_2.jpg', 'y'),
    file('c/q_nohash_1.jpg', 'y'),
    file('c/q_nohash_2.jpg'),
    file('c/alone.jpg'),
  ];
  assert.deepEqual(unitsOf(files), [
    [
      'a/p_nohash_1.jpg',
      'a/p_nohash_2.jpg',
      'b/copy.jpg',
      'b/copy2.jpg',
      'c/q_nohash_1.jpg',
      'c/q_nohash_2.jpg',
    ],
    ['c/alone.jpg'],
  ]);
});

test('when a unit has several members then its key is the first path in code-unit order', () => {
  const files = [file('b/ä.jpg', 's'), file('b/z.jpg', 's'), file('b/Z.jpg', 's')];
  assert.deepEqual(splitUnits(files), [{ key: 'b/Z.jpg', members: [2, 1, 0] }]);
});

test('when a hash happens to spell a name then bytes and names do not mix', () => {
  const files = [file('cats/1.jpg', 'dogs/2.jpg'), file('dogs/2.jpg', 'other')];
  assert.equal(splitUnits(files).length, 2);
});

test('when names are in another Unicode form then units, their keys and order are the same', () => {
  const names = ['c/zu.jpg', 'c/zü1_nohash_a.jpg', 'c/zü1_nohash_b.jpg', 'c/zz.jpg', 'ö/1.jpg'];
  const shape = (form: 'NFC' | 'NFD') =>
    splitUnits(names.map((name, i) => file(name.normalize(form), `${i}`)));
  assert.deepEqual(shape('NFD'), shape('NFC'));
  const group = (form: 'NFC' | 'NFD') => ({
    ...file(`c/${form}`),
    group: 'Müller'.normalize(form),
  });
  const [unit, ...others] = splitUnits([group('NFC'), group('NFD')]);
  assert.deepEqual([unit.key, others.length], ['Müller'.normalize('NFC'), 0]);
});
