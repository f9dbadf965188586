import assert from 'node:assert/strict';
import test from 'node:test';
import { createMatrix } from '../../src/base/matrix.ts';
import { computeSplitMetrics } from '../../src/metrics/compute-metrics.ts';
import type { FullMetrics } from '../../src/metrics/split-metrics.ts';
import type { EvaluationFile } from '../../src/model/evaluation-file.ts';
import {
  evaluateReport,
  type ReportExtras,
  stampOf,
  trainingReport,
} from '../../src/report/build.ts';
import type { EvaluatedModel, ImageScores } from '../../src/report/results.ts';
import { makeMatrix } from '../helpers/make-examples.ts';
import { makeManifest } from '../helpers/make-model.ts';

const LABELS = ['broken', 'healthy'];
const EXTRAS: ReportExtras = {
  title: 'legs',
  mistakes: [],
  right: [],
  findings: null,
  images: true,
};

const METRICS = await measure();

async function measure(): Promise<FullMetrics> {
  const probabilities = Float64Array.of(0.9, 0.1, 0.2, 0.8, 0.6, 0.4, 0.3, 0.7);
  const found = await computeSplitMetrics({ probabilities, targets: [0, 1, 1, 1] }, LABELS);
  assert.ok(found !== null);
  const rule = { accuracy: 0.5, balanced_accuracy: 0.5 };
  return { ...found, nearest_centroid_baseline: rule, metadata_baseline: rule };
}

function imageScores(): ImageScores {
  const scores = [0.9, 0.1, 0.2, 0.8, 0.6, 0.4, 0.3, 0.7];
  const images = [0, 1, 1, 1].map((truth, at) => ({
    path: `${at}.jpg`,
    file: `${at}.jpg`,
    label: LABELS[truth],
    split: 'testing' as const,
    sha256: `${at}`,
    scores: scores.slice(2 * at, 2 * at + 2),
  }));
  const unseen = new Map(images.map((image, row) => [row, image.scores]));
  const checked = {
    labels: LABELS,
    files: images,
    targets: Uint16Array.of(0, 1, 1, 1),
    units: [0, 1, 2, 3],
    splits: images.map(({ split }) => split),
    features: makeMatrix(4, 3),
    properties: createMatrix(4, 5),
    seed: 0,
  };
  return { labels: LABELS, images, checked, unseen, outOfFold: new Map() };
}

function evaluation(has: Partial<EvaluationFile>): EvaluationFile {
  const { calibration, operating_point: point } = makeManifest();
  return {
    schema_version: 4,
    labels: LABELS,
    splits: { training: null, validation: null, testing: null },
    cross_validation: null,
    out_of_fold: null,
    calibration: { ...calibration, reliability_before: [], reliability_after: [] },
    operating_point: point && { ...point, testing: null },
    out_of_distribution: null,
    near_duplicates: null,
    extractor_choice: null,
    history: [],
    ...has,
  };
}

const report = (has: Partial<EvaluationFile>) =>
  trainingReport(
    makeManifest(),
    { evaluation: evaluation(has), imageScores: imageScores() },
    EXTRAS,
  );

test('when there is a test split then the page opens with it, else with what was held out', () => {
  const all = METRICS;
  const none = { training: null, validation: null, testing: null };
  const { splits, headline } = report({
    splits: { ...none, validation: all, testing: all },
    out_of_fold: all,
  });
  assert.equal(headline, 'test');
  assert.deepEqual(
    splits.map(({ name }) => name),
    ['test', 'out-of-fold', 'validation'],
  );
  assert.equal(
    report({ splits: { ...none, validation: all }, out_of_fold: all }).headline,
    'out-of-fold',
  );
  assert.equal(report({ splits: { ...none, training: all } }).headline, 'training');
  assert.throws(() => report({}), RangeError);
});

test('when images took part in a choice or in fitting then a caveat says so, of test never', () => {
  const all = METRICS;
  const { splits } = report({
    splits: { training: null, validation: all, testing: all },
    out_of_fold: all,
  });
  const caveats = Object.fromEntries(splits.map(({ name, caveat }) => [name, caveat]));
  assert.equal(caveats.test, null);
  const choices =
    /^these images were also used to choose the L2 strength, the temperature and the threshold$/;
  assert.match(`${caveats['out-of-fold']}`, choices);
  assert.match(`${caveats.validation}`, /also used to choose the L2 strength/);
  const [training] = report({ splits: { training: all, validation: null, testing: null } }).splits;
  assert.match(`${training.caveat}`, /fitted on them/);
});

test('when an image was taken for another label then the map marks it', () => {
  const { projection } = report({ out_of_fold: METRICS });
  assert.deepEqual(
    projection?.points.map(({ mistake }) => mistake),
    [false, false, true, false],
  );
});

test('when a model is evaluated then its images are the headline, with a caveat on what it was trained on', () => {
  const result: EvaluatedModel = {
    manifest: makeManifest(),
    metrics: METRICS,
    operatingPoint: null,
    known: 2,
    outOfDistribution: 1,
    skipped: [],
    imageScores: imageScores(),
  };
  const { headline, splits, history, calibration } = evaluateReport(result, EXTRAS);
  assert.equal(headline, 'evaluated');
  assert.match(
    `${splits[0].caveat}`,
    /^the model was trained on 2 of these 4 .*; 1 of 4 images are out-of-distribution/,
  );
  assert.deepEqual([history, calibration], [[], null]);
  const clean = evaluateReport({ ...result, known: 0, outOfDistribution: null }, EXTRAS);
  assert.equal(clean.splits[0].caveat, null);
});

test('when another model or no images are shown then the stamp differs', () => {
  const manifest = makeManifest();
  const stamps = (['retrain', 'evaluate'] as const).flatMap((kind) =>
    [true, false].map((images) => stampOf(kind, manifest, { images })),
  );
  assert.equal(new Set(stamps).size, 4);
  assert.ok(stamps.every((stamp) => stamp.includes(manifest.version)));
});

test('when a prevalence is stated then every split says that its images have other shares', () => {
  const manifest = makeManifest();
  const rare = { source: 'stated' as const, shares: [0.05, 0.95] };
  const measured = {
    evaluation: evaluation({ out_of_fold: METRICS }),
    imageScores: imageScores(),
  };
  const { splits } = trainingReport({ ...manifest, prevalence: rare }, measured, EXTRAS);
  assert.match(`${splits[0].caveat}`, /stated prevalence \(broken 5\.0%, healthy 95\.0%\)/);
});
