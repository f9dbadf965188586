// From what was measured to what the report page shows: plain values in, plain values out.

import type { Finding } from '../check/findings.ts';
import { mostProbable } from '../head/softmax.ts';
import { capitalised, estimateText, percentText } from '../metrics/format.ts';
import { drawnRows, projectFeatures } from '../metrics/projection.ts';
import type { FullMetrics, SplitMetrics } from '../metrics/split-metrics.ts';
import { METRICS } from '../metrics/table.ts';
import { RATES, type ThresholdRates } from '../metrics/threshold-rates.ts';
import type { EvaluationFile } from '../model/evaluation-file.ts';
import type { Manifest } from '../model/manifest.ts';
import { describeCalibration } from '../training/calibration.ts';
import { describeChoice } from '../training/operating-point.ts';
import { modelCard } from './card.ts';
import type { ReportData, ReportImage, ReportSet } from './data.ts';
import type { EvaluatedModel, Evidence, Measured } from './evidence.ts';
import { choosers } from './training.ts';

/** What is the same for both kinds of report. */
export interface ReportExtras {
  /** Name of the model folder. */
  readonly title: string;
  readonly mistakes: readonly ReportImage[];
  readonly right: readonly ReportImage[];
  /** Null when the data was not checked. */
  readonly findings: readonly Finding[] | null;
  /** Whether images are shown. */
  readonly images: boolean;
}

/** @throws RangeError without any image that the saved head could be measured on */
export function trainingReport(
  manifest: Manifest,
  { evaluation, evidence }: Measured,
  extras: ReportExtras,
): ReportData {
  const sets = trainingSets(manifest, evaluation);
  return {
    ...extras,
    kind: 'retrain',
    stamp: stampOf('retrain', manifest, extras),
    labels: manifest.labels,
    headline: sets[0].name,
    sets,
    calibration: calibrationOf(evaluation),
    operatingPoint: thresholdOf(manifest, 'test', evaluation.operating_point?.testing ?? null),
    history: evaluation.history.map((step) => ({
      step: step.step,
      trainAccuracy: step.train_accuracy,
      crossEntropy: step.log_loss,
      validationAccuracy: step.validation_accuracy,
      validationCrossEntropy: step.validation_log_loss,
    })),
    projection: projectionOf(evidence),
    card: modelCard(manifest),
  };
}

/** How the stamp of every report begins. */
export const STAMP = 'imgdiag report';

/** Tells one report from another: of which model, and whether with images. */
export function stampOf(
  kind: ReportData['kind'],
  { version }: Manifest,
  { images }: { images: boolean },
): string {
  return `${STAMP}: ${kind}, model ${version}, ${images ? 'with' : 'without'} images`;
}

export function evaluateReport(result: EvaluatedModel, extras: ReportExtras): ReportData {
  const { manifest, metrics, operatingPoint, evidence } = result;
  return {
    ...extras,
    kind: 'evaluate',
    stamp: stampOf('evaluate', manifest, extras),
    labels: manifest.labels,
    headline: 'evaluated',
    sets: [setOf('evaluated', metrics, caveatOf(result))],
    calibration: null,
    operatingPoint: thresholdOf(manifest, 'evaluated', operatingPoint),
    history: [],
    projection: projectionOf(evidence),
    card: modelCard(manifest),
  };
}

function caveatOf({
  manifest,
  known,
  outOfDistribution,
  metrics: { images },
}: EvaluatedModel): string | null {
  return joined([
    known > 0
      ? `the model was trained on ${known} of these ${images} images or their groups: the metrics flatter`
      : '',
    outOfDistribution
      ? `${outOfDistribution} of ${images} images are unlike those of training`
      : '',
    prevalenceCaveat(manifest),
  ]);
}

/** The set that speaks first comes first: test, else out of fold, else what there is. */
function trainingSets(manifest: Manifest, evaluation: EvaluationFile): ReportSet[] {
  const { testing, validation, training } = evaluation.splits;
  const byFolds = evaluation.cross_validation !== null;
  const chose = (choices: readonly string[]) =>
    choices.length === 0 ? '' : `these images took part in choosing ${choices.join(' and ')}`;
  const outOfFold = settledOn(manifest, 'out-of-fold predictions');
  const choices = byFolds ? outOfFold : [...choosers(manifest.training), ...outOfFold];
  const set = (name: string, metrics: SplitMetrics | FullMetrics, caveat: string) =>
    setOf(name, metrics, joined([caveat, prevalenceCaveat(manifest)]));
  const found = [
    testing && set('test', testing, ''),
    evaluation.out_of_fold &&
      set(byFolds ? 'cross-validation' : 'out of fold', evaluation.out_of_fold, chose(choices)),
    validation &&
      set(
        'validation',
        validation,
        chose([...choosers(manifest.training), ...settledOn(manifest, 'validation images')]),
      ),
  ].filter((one) => one !== null);
  if (found.length > 0) return found;
  if (training === null) throw new RangeError('expected images of some set');
  return [set('training', training, 'the head was fitted on these images: the metrics flatter')];
}

type HeldOutBy = NonNullable<Manifest['calibration']['fitted_on']>;

/** What was settled on these predictions after the head was fitted. */
function settledOn(
  { calibration, operating_point: point }: Pick<Manifest, 'calibration' | 'operating_point'>,
  of: HeldOutBy,
): string[] {
  return [
    ...(calibration.fitted_on === of ? ['the temperature'] : []),
    ...(point?.chosen_on === of ? ['the threshold'] : []),
  ];
}

/** Scores moved to other shares of labels fit images at those shares, not these. */
function prevalenceCaveat({ prevalence, labels }: Manifest): string {
  if (prevalence.source !== 'stated') return '';
  const shares = labels
    .map((label, k) => `${label} ${percentText(prevalence.shares[k])}`)
    .join(', ');
  return `scores are moved to the stated shares (${shares}), while these images have other shares: accuracy, losses, calibration, PPV and NPV are not those to be expected there`;
}

function joined(caveats: readonly string[]): string | null {
  const said = caveats.filter((caveat) => caveat !== '');
  if (said.length === 0) return null;
  return capitalised(said.join('; '));
}

function setOf(
  name: string,
  metrics: SplitMetrics | FullMetrics,
  caveat: string | null,
): ReportSet {
  const { majority_baseline: majority } = metrics;
  const others =
    'nearest_centroid_baseline' in metrics
      ? [
          { name: 'nearest centroid', accuracy: metrics.nearest_centroid_baseline.accuracy },
          { name: 'metadata', accuracy: metrics.metadata_baseline.accuracy },
        ]
      : [];
  const first = { name: 'commonest label', accuracy: majority.accuracy };
  return { name, metrics, caveat, baselines: [first, ...others] };
}

function calibrationOf({ calibration }: EvaluationFile): ReportData['calibration'] {
  return {
    temperature: calibration.temperature,
    sentence: describeCalibration(calibration),
    before: calibration.before,
    after: calibration.after,
    kept: calibration.reason === null,
    reliabilityBefore: calibration.reliability_before ?? [],
    reliabilityAfter: calibration.reason === null ? (calibration.reliability_after ?? []) : [],
  };
}

/** @param set name of the set that `reached` is of */
function thresholdOf(
  { operating_point: point }: Manifest,
  set: string,
  reached: ThresholdRates | null,
): ReportData['operatingPoint'] {
  if (point === null) return null;
  const rows = [
    {
      set: `where it was chosen (${point.chosen_on}, N=${point.images})`,
      rates: [percentText(point.sensitivity), percentText(point.specificity), '–', '–'],
    },
    ...(reached === null
      ? []
      : [{ set, rates: RATES.map((name) => estimateText(reached[name], METRICS[name].format)) }]),
  ];
  const { positive, threshold } = point;
  const [x, y] = [reached?.specificity.value ?? null, reached?.sensitivity.value ?? null];
  return {
    positive,
    threshold,
    sentence: describeChoice(point),
    rows,
    ...(x !== null && y !== null && { reached: [1 - x, y] as const }),
  };
}

function projectionOf({ checked, images, labels, unseen }: Evidence): ReportData['projection'] {
  const predictedOf = (row: number) => {
    const scores = unseen.get(row);
    return scores && labels[mostProbable(scores, 0, labels.length)];
  };
  const mistaken = new Set(
    [...unseen.keys()].filter((row) => predictedOf(row) !== images[row].label),
  );
  const { points, explained } = projectFeatures(checked.features);
  return {
    explained,
    total: images.length,
    points: drawnRows(images.length, [...mistaken]).map((row) => ({
      at: points[row],
      label: images[row].label,
      mistake: mistaken.has(row),
      path: images[row].path,
    })),
  };
}
