// Groups, given splits and recorded splits: src/data/split.ts.

import assert from 'node:assert/strict';
import test from 'node:test';
import { InputError } from '../../src/base/errors.ts';
import { type GivenFile, hashPercentage, splitFiles } from '../../src/data/split.ts';
import type { SplitName } from '../../src/data/split-names.ts';
import { splitUnits, tiesOf } from '../../src/data/units.ts';

const LABELS = ['broken', 'healthy'];
const RULE = { testing: 20, validation: 20 };

/** Files `label/0.jpg`...; `more` adds fields by path. */
function makeFiles(perLabel: number, more: (path: string) => Partial<GivenFile> = () => ({})) {
  return LABELS.flatMap((label) =>
    Array.from({ length: perLabel }, (_, index): GivenFile => {
      const path = `${label}/${index}.jpg`;
      return { path, label, sha256: `bytes of ${path}`, ...more(path) };
    }),
  );
}

/** Two images in a row, of either label, are one patient's. */
const patientOf = (path: string) => `p${Math.floor(Number(/\d+/.exec(path)?.[0]) / 2)}`;

test('when files share a group then they stay together across labels, and the group is the key', () => {
  const files = makeFiles(40, (path) => ({ group: patientOf(path) }));
  const units = splitUnits(files);
  assert.equal(units.length, 20);
  const { splitOf, unitOf } = splitFiles(files, LABELS, RULE);
  const splitsOf = new Map<string, Set<SplitName | undefined>>();
  for (const [index, { path }] of files.entries()) {
    splitsOf.set(patientOf(path), (splitsOf.get(patientOf(path)) ?? new Set()).add(splitOf[index]));
  }
  for (const [group, found] of splitsOf) {
    assert.equal(found.size, 1, group);
    const percent = hashPercentage(group);
    const expected = percent < 20 ? 'validation' : percent < 40 ? 'testing' : 'training';
    assert.deepEqual([...found], [expected]);
  }
  assert.equal(new Set(unitOf).size, 20);
});

test('when identical bytes link two groups then they are one unit', () => {
  const files = makeFiles(4, (path) => ({ group: `${path} patient` }));
  const linked = files.map((file, index) => (index < 2 ? { ...file, sha256: 'same' } : file));
  assert.equal(splitUnits(files).length - splitUnits(linked).length, 1);
});

test('when a split is given then it is kept, whatever the percentages', () => {
  const files = makeFiles(10, (path) => ({
    givenSplit: /[01]\.jpg/.test(path) ? 'validation' : 'training',
  }));
  const { splitOf, unitCounts, notes } = splitFiles(files, LABELS, { testing: 50, validation: 0 });
  assert.deepEqual(
    splitOf,
    files.map(({ givenSplit }) => givenSplit),
  );
  assert.deepEqual(unitCounts, { training: 16, validation: 4, testing: 0 });
  assert.deepEqual(notes, []);
});

test('when the same image is given on both sides then it is kept and told', () => {
  const files = makeFiles(6, (path) => ({
    givenSplit: path.includes('0') ? 'validation' : 'training',
    sha256: /[01]\.jpg/.test(path) ? `twice ${path[0]}` : path,
  }));
  const { notes } = splitFiles(files, LABELS, RULE);
  assert.equal(notes.length, 1);
  const [[level, text]] = notes;
  assert.equal(level, 'warning');
  assert.match(text, /^images in more than one split: 2, .*broken\/0\.jpg/);
});

test('when a group spans two given splits then it is refused', () => {
  const files = makeFiles(6, (path) => ({
    givenSplit: path.includes('0') ? 'testing' : 'training',
    group: patientOf(path),
  }));
  assert.throws(
    () => splitFiles(files, LABELS, RULE),
    (error) => {
      assert.ok(error instanceof InputError);
      assert.match(
        error.message,
        /^expected all images of group p0 in one split, found some in training and testing$/,
      );
      return true;
    },
  );
});

test('when a given split has no training images of a label then it is refused', () => {
  const files = makeFiles(6, (path) => ({
    givenSplit: path.startsWith('b') ? 'testing' : 'training',
  }));
  assert.throws(() => splitFiles(files, LABELS, RULE), /expected training images of label broken/);
});

/** What a run with these files would record. */
function record(files: readonly GivenFile[]) {
  const { splitOf } = splitFiles(files, LABELS, RULE);
  const recorded = new Map(
    files.flatMap((file, i) => tiesOf(file).map((tie) => [tie, splitOf[i]])),
  );
  return { splitOf, recorded: (tie: string) => recorded.get(tie) };
}

test('when images are added or renamed then no recorded one changes its split', () => {
  const old = makeFiles(30);
  const { splitOf, recorded } = record(old);
  const renamed = old.map((file) => ({
    ...file,
    path: `${file.label}/new-${file.path.slice(-6)}`,
  }));
  const files = [...renamed, ...makeFiles(60).filter(({ path }) => /[3-5]\d\.jpg/.test(path))];
  const again = splitFiles(files, LABELS, { ...RULE, recorded });
  assert.deepEqual(again.splitOf.slice(0, old.length), splitOf);
  assert.ok(again.notes.some(([, text]) => /^60 images stay in the split/.test(text)));
  const unrecorded = splitFiles(files, LABELS, RULE);
  assert.notDeepEqual(unrecorded.splitOf.slice(0, old.length), splitOf);
});

test('when a new image belongs to a recorded group then it follows', () => {
  const old = makeFiles(40, (path) => ({ group: patientOf(path) }));
  const { splitOf, recorded } = record(old);
  const test0 = old.findIndex((_, index) => splitOf[index] === 'testing');
  const added: GivenFile = {
    path: 'broken/x.jpg',
    label: 'broken',
    sha256: 'x',
    group: patientOf(old[test0].path),
  };
  const again = splitFiles([...old, added], LABELS, { ...RULE, recorded });
  assert.equal(again.splitOf.at(-1), 'testing');
});

test('when a unit joins two recorded splits then it goes to training and that is told', () => {
  const old = makeFiles(40);
  const { splitOf, recorded } = record(old);
  const [one, two] = (['validation', 'testing'] as const).map((name) => splitOf.indexOf(name));
  const joined = old.map((file, i) => (i === one || i === two ? { ...file, group: 'g' } : file));
  const again = splitFiles(joined, LABELS, { ...RULE, recorded });
  assert.deepEqual([again.splitOf[one], again.splitOf[two]], ['training', 'training']);
  assert.ok(
    again.notes.some(([, text]) =>
      /recorded in validation and testing, but belong together/.test(text),
    ),
  );
});
