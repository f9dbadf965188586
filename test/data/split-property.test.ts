// Properties of the split over many made-up folders: test/head/split.test.ts has single cases.

import assert from 'node:assert/strict';
import test from 'node:test';
import { InputError } from '../../src/base/errors.ts';
import { createRandom, type Random } from '../../src/base/random.ts';
import { hashPercentage, type Split, splitFiles } from '../../src/data/split.ts';
import type { SplitFile } from '../../src/data/units.ts';

const FOLDERS = 200;

/** 2 to 4 labels of 5 to 30 files; a tenth are copies, a fifth share a `_nohash_` prefix. */
function makeFiles(random: Random): { files: SplitFile[]; labels: string[] } {
  const labels = ['a', 'b', 'c', 'd'].slice(0, 2 + random.below(3));
  const files: SplitFile[] = [];
  for (const label of labels) {
    const count = 5 + random.below(26);
    for (let i = 0; i < count; i++) {
      const name = random.below(5) === 0 ? `p${random.below(6)}_nohash_${i}` : `${i}`;
      const copied = files.length > 0 && random.below(10) === 0;
      const sha256 = copied ? files[random.below(files.length)].sha256 : `${label} ${i}`;
      files.push({ path: `${label}/${name}.jpg`, label, sha256 });
    }
  }
  return { files, labels };
}

function trySplit(...given: Parameters<typeof splitFiles>): Split | undefined {
  try {
    return splitFiles(...given);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

const tied = (a: SplitFile, b: SplitFile) =>
  a.sha256 === b.sha256 ||
  (a.label === b.label &&
    a.path.includes('_nohash_') &&
    a.path.split('_nohash_')[0] === b.path.split('_nohash_')[0]);

/** Number of units outside the split that the hash of their first path gives, found by brute force. */
function countMoved(files: readonly SplitFile[], split: Split, validation: number, both: number) {
  const left = new Set(files.keys());
  let moved = 0;
  for (const start of files.keys()) {
    if (!left.delete(start)) continue;
    const unit = [start];
    for (const member of unit) {
      for (const other of [...left]) {
        if (tied(files[member], files[other]) && left.delete(other)) unit.push(other);
      }
    }
    const [first] = unit.map((index) => files[index].path).sort();
    const percent = hashPercentage(first);
    const byHash = percent < validation ? 'validation' : percent < both ? 'testing' : 'training';
    for (const index of unit)
      assert.equal(split.splitOf[index], split.splitOf[start], 'a unit is split');
    if (split.splitOf[start] !== byHash) moved++;
  }
  return moved;
}

test(`when ${FOLDERS} made-up folders are split then the promises hold for each`, () => {
  let done = 0;
  let notes = 0;
  for (let seed = 0; seed < FOLDERS; seed++) {
    const random = createRandom(seed, 'folder');
    const { files, labels } = makeFiles(random);
    const percentages = { testing: 5 * random.below(5), validation: 5 * random.below(5) };
    const split = trySplit(files, labels, percentages);

    const order = random.shuffle([...files.keys()]);
    const shuffled = trySplit(
      order.map((index) => files[index]),
      labels,
      percentages,
    );
    assert.deepEqual(
      shuffled?.splitOf,
      split && order.map((index) => split.splitOf[index]),
      `seed ${seed}: the order of the files matters`,
    );
    assert.deepEqual(shuffled?.notes, split?.notes);
    if (split === undefined) continue;

    done++;
    notes += split.notes.length;
    for (const name of ['training', 'validation', 'testing'] as const) {
      const wanted = name === 'training' || percentages[name] > 0;
      for (const label of labels) {
        const there = files.some((file, i) => file.label === label && split.splitOf[i] === name);
        assert.equal(there, wanted, `seed ${seed}: label ${label} and ${name}`);
      }
    }
    const { testing, validation } = percentages;
    const moved = countMoved(files, split, validation, validation + testing);
    // One unit may be moved twice, or back; never more units than notes.
    assert.ok(moved <= split.notes.length, `seed ${seed}: ${moved} units are not where they hash`);
  }
  // Nearly all folders have enough units; many need a rescue.
  assert.ok(done > 0.9 * FOLDERS, `${done} folders`);
  assert.ok(notes > 20, `${notes} notes`);
});

test('when files become unusable then no other file changes its split', () => {
  for (let seed = 0; seed < 50; seed++) {
    const random = createRandom(seed, 'unusable');
    const { files } = makeFiles(random);
    const percentages = { testing: 20, validation: 20 };
    // No label is required to be anywhere, so that no rescue notes a unit.
    const whole = splitFiles(files, [], percentages);
    const bad = new Set([...files.keys()].filter(() => random.below(4) === 0));
    const rest = splitFiles(files, [], percentages, (index) => !bad.has(index));
    for (const index of files.keys()) {
      assert.equal(rest.splitOf[index], bad.has(index) ? undefined : whole.splitOf[index]);
    }
    assert.ok(bad.size > 0);
  }
});
