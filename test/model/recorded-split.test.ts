// split.json of older schemas (fixtures/models holds models trained on fixtures/healthdiag), and names in
// another Unicode form.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { sha256 } from '../../src/base/hash.ts';
import { splitFiles } from '../../src/data/split.ts';
import { type SplitFile, tiesOf } from '../../src/data/units.ts';
import { encodeSplit, readTrainedOn, recordedSplitOf } from '../../src/model/recorded-split.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { makeBody, makePayload, publishModel } from '../helpers/make-model.ts';
import { HEALTHDIAG, ROOT } from '../helpers/run-cli.ts';

const PLAN = { testing_percentage: 10, validation_percentage: 10, grouping: 'none' };
const legs = (
  [
    ['leg101.jpg', 'training'],
    ['leg112.jpg', 'validation'],
    ['leg103.jpg', 'testing'],
  ] as const
).map(([name, split]) => {
  const bytes = readFileSync(path.join(HEALTHDIAG, 'brokenleg', name));
  return { path: `brokenleg/${name}`, label: 'brokenleg', sha256: sha256(bytes), split };
});

for (const name of ['schema-1', 'schema-2']) {
  const model = path.join(ROOT, 'fixtures', 'models', name);

  test(`when a model of ${name} is read then its images are in their splits`, async () => {
    const { split, note } = await recordedSplitOf(model)(PLAN);
    assert.equal(note, undefined);
    for (const leg of legs) {
      for (const tie of tiesOf(leg)) assert.equal(split?.(tie), leg.split, leg.path);
    }
  });

  test(`when a model of ${name} is read then it learnt from all but its test images`, async () => {
    const trainedOn = await readTrainedOn(model);
    assert.ok(!(trainedOn instanceof Error), String(trainedOn));
    assert.deepEqual(
      legs.map((leg) => trainedOn(leg)),
      [true, true, false],
    );
  });
}

const SPLITS = ['training', 'validation', 'testing'] as const;

/** Images with new content: only their names, or groups, tell where they were. */
function makeFiles(form: 'NFC' | 'NFD', content: string, grouped: boolean): SplitFile[] {
  return Array.from({ length: 24 }, (_, at) => {
    const label = at % 2 === 0 ? 'k\u00f6ter' : 'm\u00e4use';
    const file = { label, path: `${label}/b\u00e4r${at}.jpg`.normalize(form) };
    const bytes = sha256(`${content} ${at}`);
    if (!grouped) return { ...file, sha256: bytes };
    const path = `${label}/${content}${at}.jpg`;
    return { ...file, path, sha256: bytes, group: `M\u00fcller ${at}`.normalize(form) };
  });
}

for (const grouped of [false, true]) {
  const by = grouped ? 'groups' : 'names';
  const plan = { ...PLAN, grouping: grouped ? 'table' : 'none' };

  test(`when a split was recorded with ${by} in NFD then it stays, then also in NFC`, async (t) => {
    const before = makeFiles('NFD', 'old', grouped);
    const labels = [...new Set(before.map(({ label }) => label))];
    const splitOf = before.map((_, at) => SPLITS[at % 3]);
    // As it was recorded before forms were compared: only as it is written.
    const idsOf = ({ label, path: name, sha256: bytes, group }: SplitFile) =>
      [
        `bytes ${bytes}`,
        `name ${label} ${name}`,
        ...(group === undefined ? [] : [`group ${group}`]),
      ].map((tie) => sha256(tie).slice(0, 16));
    const listed = SPLITS.map((split) => {
      return [split, before.filter((_, at) => splitOf[at] === split).flatMap(idsOf)];
    });
    const older = { schema_version: 2, plan, splits: Object.fromEntries(listed) };
    const splitAgain = async (record: string, files: readonly SplitFile[]) => {
      const folder = path.join(makeFolder(t), 'model');
      await publishModel(folder, { ...makePayload(1), 'split.json': record }, makeBody(1));
      const { split: recorded, note } = await recordedSplitOf(folder)(plan);
      assert.equal(note, undefined);
      const split = splitFiles(files, labels, { testing: 10, validation: 10, recorded });
      assert.deepEqual(split.splitOf, splitOf);
      return encodeSplit(files, split, plan);
    };
    const newer = await splitAgain(JSON.stringify(older), makeFiles('NFD', 'new', grouped));
    for (const form of ['NFD', 'NFC'] as const) {
      await splitAgain(newer, makeFiles(form, 'newest', grouped));
    }
  });
}
