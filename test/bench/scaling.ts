// How the head's features are scaled: log loss and accuracy on real data, by number of training images.
// `node --import tsx test/bench/scaling.ts [EXTRACTOR]`; not part of `npm run bench`: it takes minutes.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Matrix, takeRows } from '../../src/base/matrix.ts';
import { createRandom } from '../../src/base/random.ts';
import { assignFolds, foldRows } from '../../src/data/folds.ts';
import { hashFiles } from '../../src/data/hash-files.ts';
import { scanFolder } from '../../src/data/scan.ts';
import { splitUnits, unitNumbers } from '../../src/data/units.ts';
import { PLAIN_HEAD } from '../../src/head/fit.ts';
import { applyHead } from '../../src/head/head.ts';
import { accuracy, logLoss } from '../../src/head/softmax.ts';
import { fitStandardisation } from '../../src/head/standardise.ts';
import { RETRAIN_DEFAULTS } from '../../src/index.ts';
import { openExtraction } from '../../src/job/extraction.ts';
import { chooseL2 } from '../../src/training/choose-l2.ts';
import { fitPool } from '../../src/training/fit-pool.ts';
import type { Pool } from '../../src/training/pool.ts';
import { ROOT, SHARED } from './measure.ts';

/** Power of its own deviation by which a feature is divided, beside one number for all. */
const SCALINGS = { sd: 1, sqrt: 0.5, one: 0 };
/** Training images, and draws of as many. */
const SIZES = [
  [60, 10],
  [240, 4],
] as const;
const BLOCK = /(\d+)\d\.jpg$/;
const SETS: readonly { name: string; from?: string; group?: RegExp; table?: string }[] = [
  { name: 'hymenoptera' },
  { name: 'flowers' },
  { name: 'fracatlas-leg', group: BLOCK },
  { name: 'fracatlas-multilabel', group: BLOCK, table: 'labels.csv' },
  { name: 'pneumoniamnist' },
  { name: 'bonefracture-leaky', group: /([^/]*)-rotated/ },
  { name: 'drawn legs', from: path.join(ROOT, 'fixtures', 'healthdiag') },
];

type Rows = Awaited<ReturnType<typeof loadRows>>;
const [extractor = RETRAIN_DEFAULTS.extractor] = process.argv.slice(2);
console.log(
  `| images | set | ${Object.keys(SCALINGS).join(' | ')} |\n| --- | --- | --- | --- | --- |`,
);
for (const set of SETS) {
  const from = set.from ?? path.join(SHARED, set.name);
  if (!existsSync(from)) continue;
  const rows = await loadRows(from, set);
  for (const [size, draws] of SIZES) {
    const each = Math.floor(size / rows.labels.length);
    const least = Math.min(
      ...rows.labels.map((_, k) => rows.targets.filter((t) => t === k).length),
    );
    if (each > 0.85 * least) continue;
    const splits = Array.from({ length: draws }, (_, seed) => draw(rows, each, seed));
    console.log(`| ${size} | ${set.name} | ${(await compare(rows, splits)).join(' | ')} |`);
  }
  console.log(`| all | ${set.name} | ${(await compare(rows, wholeSplits(rows))).join(' | ')} |`);
}

/** Labels are the folders, or for a table whether the image is `fractured`. */
async function loadRows(from: string, { group, table }: (typeof SETS)[number]) {
  const { files } = await scanFolder(from);
  const found = await hashFiles(files.filter(({ path: name }) => /\.(jpg|png)$/.test(name)));
  const extraction = await openExtraction({ ...RETRAIN_DEFAULTS, extractor });
  const { features } = await extraction.features(found);
  await extraction.close();
  const lines = table ? readFileSync(path.join(from, table), 'utf8').trim().split('\n') : [];
  const fractured = new Map(lines.map((line) => [line.split(',')[0], line.split(',')[7]]));
  const grouped = found.files.map((file) => ({
    ...file,
    label: fractured.get(file.path) ?? path.basename(path.dirname(file.path)),
    group: group?.exec(file.path)?.[1],
  }));
  const labels = [...new Set(grouped.map(({ label }) => label))].sort();
  const targets = Uint16Array.from(grouped, ({ label }) => labels.indexOf(label));
  const units = unitNumbers(grouped.length, splitUnits(grouped));
  return {
    features,
    labels,
    targets,
    units,
    parts: grouped.map((file) => file.path.split('/')[0]),
  };
}

/** Whole units until there are `each` images of every label; scored are the images of other units. */
function draw({ units, targets, labels }: Rows, each: number, seed: number): [number[], number[]] {
  const counts = labels.map(() => 0);
  const used = new Set<number>();
  const taken: number[] = [];
  for (const unit of createRandom(seed, 'draw').shuffle([...new Set(units)])) {
    for (const row of units.keys()) {
      if (units[row] !== unit || counts[targets[row]] === each) continue;
      counts[targets[row]]++;
      used.add(unit);
      taken.push(row);
    }
  }
  return [taken, [...units.keys()].filter((row) => !used.has(units[row]))];
}

/** The split that comes with the data, else five folds. */
function wholeSplits({ units, targets, labels, parts }: Rows): [number[], number[]][] {
  const test = ['test', 'val'].find((part) => parts.includes(part));
  const numbers = [...parts.keys()];
  const isTest = (row: number) => parts[row] === test;
  if (test) return [[numbers.filter((row) => !isTest(row)), numbers.filter(isTest)]];
  const folds = foldRows(assignFolds(units, targets, labels, 5, 1));
  return folds.map(({ fitted, held }) => [[...fitted], [...held]]);
}

/** `log loss (accuracy)` of each scaling, means over the splits. */
async function compare(rows: Rows, splits: readonly [number[], number[]][]): Promise<string[]> {
  const cells: string[] = [];
  for (const power of Object.values(SCALINGS)) {
    let [loss, right] = [0, 0];
    for (const [training, held] of splits) {
      const { scale } = fitStandardisation(takeRows(rows.features, training));
      // What the head divides by the root of a deviation is multiplied here by what makes up for it.
      const factors = scale.map((value) => (value === 0 ? 0 : value ** (2 * power - 1)));
      const pool = poolOf(rows, training, factors);
      const { l2 } = await chooseL2(pool, rows.labels, { head: PLAIN_HEAD, given: undefined });
      const optimizer = { kind: 'lbfgs', steps: 500 } as const;
      const fit = { ...PLAIN_HEAD, optimizer, l2, earlyStoppingPatience: 0, evalStepInterval: 0 };
      const { head } = await fitPool(pool, rows.labels.length, fit);
      const { features, targets } = poolOf(rows, held, factors);
      const found = applyHead(head, features);
      loss += logLoss(found, targets, rows.labels.length) / splits.length;
      right += accuracy(found, targets, rows.labels.length) / splits.length;
    }
    cells.push(`${loss.toFixed(3)} (${right.toFixed(3)})`);
  }
  return cells;
}

function poolOf({ features, targets, units }: Rows, rows: number[], factors: Float64Array): Pool {
  const taken: Matrix = takeRows(features, rows);
  for (const at of taken.data.keys()) taken.data[at] *= factors[at % taken.columns];
  return {
    features: taken,
    properties: { rows: rows.length, columns: 0, data: new Float32Array() },
    targets: Uint16Array.from(rows, (row) => targets[row]),
    units: rows.map((row) => units[row]),
    isValidation: rows.map(() => false),
  };
}
