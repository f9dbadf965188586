// split.json of older schemas: fixtures/models holds models trained on fixtures/healthdiag.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { sha256 } from '../../src/base/hash.ts';
import { tiesOf } from '../../src/data/units.ts';
import { readTrainedOn, recordedSplitOf } from '../../src/model/recorded-split.ts';
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
