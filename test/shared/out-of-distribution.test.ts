// Unfamiliar images on real data sets, where they lie beside the checkout.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { type Matrix, rowOf, takeRows } from '../../src/base/matrix.ts';
import { createRandom } from '../../src/base/random.ts';
import { fitOodDetector } from '../../src/head/fit-out-of-distribution.ts';
import { isOutOfDistribution, type OodDetector } from '../../src/head/out-of-distribution.ts';
import { featuresOf, type LabelledFeatures } from '../helpers/features-of.ts';
import { ROOT } from '../helpers/run-cli.ts';

const DATA = path.join(ROOT, '..', 'shared', 'data');
const missing = ['fracatlas-leg', 'hymenoptera', 'flowers', 'bonefracture-leaky'].find(
  (name) => !existsSync(path.join(DATA, name)),
);
const skip =
  missing === undefined ? false : `${path.join('..', 'shared', 'data', missing)} is absent`;
const SEEDS = [1, 2, 3, 4, 5];
const load = (name: string) => featuresOf(path.join(DATA, name));

interface Drawn {
  readonly oodDetector: OodDetector;
  /** Held out: rows that the familiarity knows nothing of. */
  readonly held: readonly number[];
}

/** A sixth of the units is held out, the rest fitted on in five folds of whole units. */
function draw(
  { features, targets, labels }: LabelledFeatures,
  units: number[],
  seed: number,
): Drawn {
  const shuffled = createRandom(seed, 'units').shuffle([...new Set(units)]);
  const fold = new Map(shuffled.map((unit, at) => [unit, at % 6]));
  const rows = units.map((_, row) => row);
  const isHeld = (row: number) => (fold.get(units[row]) ?? 0) === 5;
  const fitted = rows.filter((row) => !isHeld(row));
  const found = fitOodDetector(
    takeRows(features, fitted),
    fitted.map((row) => targets[row]),
    labels.length,
    fitted.map((row) => fold.get(units[row]) ?? 0),
  );
  assert.ok(found.oodDetector);
  return { oodDetector: found.oodDetector, held: rows.filter(isHeld) };
}

function shareFlagged(
  oodDetector: OodDetector,
  features: Matrix,
  rows?: readonly number[],
): number {
  const all = rows ?? Array.from({ length: features.rows }, (_, row) => row);
  return (
    all.filter((row) => isOutOfDistribution(oodDetector, rowOf(features, row))).length / all.length
  );
}

const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** Shares over the seeds: of what was held out, and of other sets. */
function shares(set: LabelledFeatures, units: number[], others: Record<string, LabelledFeatures>) {
  const draws = SEEDS.map((seed) => draw(set, units, seed));
  const held = draws.map((one) => shareFlagged(one.oodDetector, set.features, one.held));
  const flagged = Object.entries(others).map(([name, { features }]) => {
    const each = draws.map(({ oodDetector }) => shareFlagged(oodDetector, features));
    return [name, mean(each)] as const;
  });
  return { held: mean(held), flagged: new Map(flagged) };
}

function report(t: TestContext, name: string, { held, flagged }: ReturnType<typeof shares>): void {
  const parts = [...flagged].map(([other, share]) => `${other} ${percent(share)}`);
  t.diagnostic(`familiar with ${name}: held out ${percent(held)}, ${parts.join(', ')} flagged`);
}

test('familiar with X-rays of legs: at most 5 % of those held out are flagged, at least 95 % of photographs', {
  skip,
}, async (t) => {
  const legs = await load('fracatlas-leg');
  const hymenoptera = await load('hymenoptera');
  const flowers = await load('flowers');
  const bonefracture = await load('bonefracture-leaky');
  const blocks = legs.paths.map((file) => Math.floor(Number(/(\d+)\.\w+$/.exec(file)?.[1]) / 10));
  const found = shares(legs, blocks, { hymenoptera, flowers, bonefracture });
  report(t, 'fracatlas-leg', found);
  assert.ok(found.held <= 0.05, percent(found.held));
  assert.ok((found.flagged.get('hymenoptera') ?? 0) >= 0.95);
  assert.ok((found.flagged.get('flowers') ?? 0) >= 0.95);

  const single = ({ paths }: LabelledFeatures) => paths.map((_, row) => row);
  const insects = shares(hymenoptera, single(hymenoptera), { legs, flowers, bonefracture });
  report(t, 'hymenoptera', insects);
  assert.ok(insects.held <= 0.06 && (insects.flagged.get('legs') ?? 0) >= 0.95);
  // Bees sit on flowers: these two sets are told apart poorly, which is information, not a bar.
  const blossoms = shares(flowers, single(flowers), { legs, hymenoptera, bonefracture });
  report(t, 'flowers', blossoms);
  assert.ok(blossoms.held <= 0.06 && (blossoms.flagged.get('legs') ?? 0) >= 0.85);
});
