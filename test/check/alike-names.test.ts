import assert from 'node:assert/strict';
import test from 'node:test';
import { originsOf } from '../../src/check/alike-names.ts';

const namesOf = (...paths: string[]) =>
  originsOf(paths.map((path) => ({ path, label: 'cats' }))).map(({ name }) => name);

test('when a tool has appended to a name then what it was made from is what is left', () => {
  const made = [
    'cats/tom_aug_3.png',
    'cats/tom-copy.jpg',
    'cats/tom - Copy.jpg',
    'cats/tom - Copy (2).jpg',
    'cats/tom-rotated1 - Copy (7).jpg',
    'cats/tom copy 2.jpg',
    'cats/tom (copy).jpg',
    'cats/tom - Kopie.jpg',
    'cats/tom_jpg.rf.5fa1c0b2e9.jpg',
    'cats/tom_flip_rotated90.webp',
    'cats/tom-rotated2-rotated1.jpg',
    'cats/tom_augmented_0_1234.jpeg',
    'train/cats/2024/tom_augmented.jpg',
  ];
  const all = namesOf('cats/tom - Copy.png', ...made);
  for (const [i, name] of all.entries()) assert.equal(name, 'cats/tom', made[i - 1]);
});

test('when a number in parentheses belongs to the name then it stays', () => {
  assert.deepEqual(namesOf('IMG (1).jpg', 'IMG (2).jpg'), ['cats/IMG (1)', 'cats/IMG (2)']);
  assert.deepEqual(namesOf('IMG (1).jpg', 'IMG.jpg'), ['cats/IMG', 'cats/IMG']);
});

test('when a name holds such a word, or is nothing else, then it stays', () => {
  const kept = ['microcopy', 'copy', 'IMG_0001', '-copy', 'flip', 'scarf.rfid'];
  assert.deepEqual(
    namesOf(...kept.map((name) => `${name}.jpg`)),
    kept.map((name) => `cats/${name}`),
  );
});

test('when a long name nearly matches then it is read at once', () => {
  const start = performance.now();
  namesOf(`tom_copy${'_1'.repeat(100)}${'1'.repeat(10_000)}x.jpg`, `tom${'_copy'.repeat(40)}x.jpg`);
  assert.ok(performance.now() - start < 1000, 'it took over a second');
});

test('when labels differ then equal names are two images', () => {
  const [cat, dog] = originsOf([
    { path: 'cats/1.jpg', label: 'cats' },
    { path: 'dogs/1_aug.jpg', label: 'dogs' },
  ]);
  assert.notEqual(cat.name, dog.name);
  assert.deepEqual([cat.endings.length, dog.endings.length], [0, 1]);
});
