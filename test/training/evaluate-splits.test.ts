import assert from 'node:assert/strict';
import test from 'node:test';
import type { Head } from '../../src/head/head.ts';
import {
  type EvaluatedHeads,
  evaluateSplits,
  evaluateTest,
} from '../../src/training/evaluate-splits.ts';
import { fitBaselines } from '../../src/training/fit-baselines.ts';
import { type SplitRows, takeImageRows } from '../../src/training/pool.ts';
import { makeSplitRows } from '../helpers/make-pool.ts';
import { near } from '../helpers/near.ts';

const LABELS = ['a', 'b'];
const SPLITS = ['training', 'validation', 'testing', 'training'] as const;
/** A third of each split bears label b. */
const rows: SplitRows = {
  ...makeSplitRows(48, 2, (row) => SPLITS[row % 4]),
  targets: Uint16Array.from({ length: 48 }, (_, row) => (Math.floor(row / 4) % 3 === 0 ? 1 : 0)),
};

/** Answers label a with this probability, whatever it is shown. */
function constantHead(a: number): Head {
  const bias = Float32Array.of(Math.log(a), Math.log(1 - a));
  const layer = { inputs: 6, outputs: 2, weights: new Float32Array(12), bias };
  return { layers: [{ ...layer, activation: 'linear' }], temperature: 1 };
}

const model: EvaluatedHeads = {
  head: constantHead(0.9),
  headBeforeRefit: constantHead(0.2),
  operatingPoint: null,
  heldOut: 'nothing is held out',
  crossValidated: undefined,
};

test('when splits are measured then validation is of the head before the refit, others of the saved one', async () => {
  const { summary, full, probabilities } = await evaluateSplits(rows, LABELS, model, false);
  near(summary.training?.accuracy, 2 / 3);
  near(summary.testing?.accuracy, 2 / 3);
  near(summary.validation?.accuracy, 1 / 3);
  near(full.validation?.accuracy.value, 1 / 3);
  near(full.testing?.accuracy.value, 2 / 3);
  assert.equal(full.training, null);
  for (const [row, split] of rows.splits.entries()) {
    near(probabilities[2 * row], split === 'validation' ? 0.2 : 0.9, 1e-7);
  }
});

test('when baselines stand beside metrics then they have learnt from the same images', async () => {
  const { summary } = await evaluateSplits(rows, LABELS, model, false);
  const rowsOf = (...splits: string[]) =>
    [...rows.splits.keys()].filter((row) => splits.includes(rows.splits[row]));
  const score = async (fitted: string[], split: string) => {
    const scorer = await fitBaselines(takeImageRows(rows, rowsOf(...fitted)), 2);
    return scorer(takeImageRows(rows, rowsOf(split)));
  };
  const both = ['training', 'validation'];
  for (const [split, fitted] of [
    ['training', both],
    ['validation', ['training']],
    ['testing', both],
  ] as const) {
    const expected = await score([...fitted], split);
    const { nearest_centroid_baseline, metadata_baseline } = summary[split] ?? {};
    assert.deepEqual({ nearest_centroid_baseline, metadata_baseline }, expected);
  }
  assert.notDeepEqual(await score(both, 'validation'), await score(['training'], 'validation'));
});

test('when there are training images only then they are measured in full', async () => {
  const alone = { ...rows, splits: rows.splits.map(() => 'training' as const) };
  const { full } = await evaluateSplits(alone, LABELS, model, false);
  assert.equal(full.training?.images, 48);
  assert.deepEqual([full.validation, full.testing], [null, null]);
});

test('when units are groups then intervals draw them whole', async () => {
  const grouped = { ...rows, units: rows.units.map((unit) => unit >> 3) };
  const groupsOf = async (known: boolean) =>
    (await evaluateSplits(grouped, LABELS, model, known)).full.testing?.groups;
  assert.deepEqual([await groupsOf(true), await groupsOf(false)], [6, null]);
});

test('when there is a threshold then what it reaches is of the test images by the saved head', async () => {
  const operatingPoint = { positive: 'a', threshold: 0.5 } as EvaluatedHeads['operatingPoint'];
  const { testRates, full } = await evaluateSplits(
    rows,
    LABELS,
    { ...model, operatingPoint },
    false,
  );
  assert.deepEqual([testRates?.true_positives, testRates?.false_positives], [8, 4]);
  const { head } = model;
  const { metrics, rates } = await evaluateTest(rows, LABELS, { head, operatingPoint }, false);
  assert.deepEqual(rates, testRates);
  assert.deepEqual({ ...full.testing, ...metrics }, full.testing);
});

test('when predictions are out of fold then they are measured as well, those of --folds first', async () => {
  const scored = (a: number) =>
    Float64Array.from({ length: 72 }, (_, at) => (at % 2 === 0 ? a : 1 - a));
  const inner = { of: 'out-of-fold predictions', probabilities: scored(0.9) } as const;
  const accuracyOf = async (change: object) => {
    const { outOfFold } = await evaluateSplits(rows, LABELS, { ...model, ...change }, false);
    return [outOfFold?.images, outOfFold?.accuracy.value];
  };
  const crossValidated = { probabilities: scored(0.2) };
  assert.deepEqual(await accuracyOf({}), [undefined, undefined]);
  assert.deepEqual(await accuracyOf({ heldOut: inner }), [36, 2 / 3]);
  assert.deepEqual(await accuracyOf({ heldOut: inner, crossValidated }), [36, 1 / 3]);
  const validation = { ...inner, of: 'validation images' };
  assert.deepEqual(await accuracyOf({ heldOut: validation }), [undefined, undefined]);
});
