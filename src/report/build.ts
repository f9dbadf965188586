// Turns the results of training or evaluation into the contents of the report page; pure.

import type { Finding } from '../check/findings.ts';
import { mostProbable } from '../head/softmax.ts';
import { estimateText, percentText } from '../metrics/format.ts';
import { drawnRows, projectFeatures } from '../metrics/projection.ts';
import type { FullMetrics, SplitMetrics } from '../metrics/split-metrics.ts';
import { METRICS } from '../metrics/table.ts';
import { RATES, type ThresholdRates } from '../metrics/threshold-rates.ts';
import type { EvaluationFile } from '../model/evaluation-file.ts';
import type { Manifest } from '../model/manifest.ts';
import { describeCalibration } from '../training/calibration.ts';
import { describeChoice } from '../training/choose-threshold.ts';
import type { ReportData, ReportImage, ReportSplit } from './data.ts';
import { KNOWN_UNTOLD, knownCaveat } from './evaluation.ts';
import { modelCard } from './model-card.ts';
import type { EvaluatedModel, ImageScores, Measured } from './results.ts';
import { LIST, validationChoices } from './training.ts';

/** Contents that both kinds of report have. */
export interface ReportExtras {
  /** Name of the model folder. */
  readonly title: string;
  readonly mistakes: readonly ReportImage[];
  readonly right: readonly ReportImage[];
  /** Null where the data was not checked. */
  readonly findings: readonly Finding[] | null;
  /** Whether the page shows images. */
  readonly images: boolean;
}

/** @throws RangeError without any evaluated images */
export function trainingReport(
  manifest: Manifest,
  { evaluation, imageScores }: Measured,
  extras: ReportExtras,
): ReportData {
  const splits = trainingSplits(manifest, evaluation);
  return {
    ...extras,
    kind: 'retrain',
    stamp: stampOf('retrain', manifest, extras),
    labels: manifest.labels,
    headline: splits[0].name,
    splits,
    calibration: calibrationOf(evaluation),
    operatingPoint: thresholdOf(manifest, 'test', evaluation.operating_point?.testing ?? null),
    extractorChoice: evaluation.extractor_choice,
    history: evaluation.history.map((step) => ({
      step: step.step,
      trainAccuracy: step.train_accuracy,
      logLoss: step.log_loss,
      validationAccuracy: step.validation_accuracy,
      validationLogLoss: step.validation_log_loss,
    })),
    projection: projectionOf(imageScores),
    card: modelCard(manifest, evaluation.near_duplicates),
  };
}

/** The stamp of every report starts with this. */
export const STAMP = 'imgdiag report';

/** Identifies a report: its kind, its model, and whether it shows images. */
export function stampOf(
  kind: ReportData['kind'],
  { version }: Manifest,
  { images }: { images: boolean },
): string {
  return `${STAMP}: ${kind}, model ${version}, ${images ? 'with' : 'without'} images`;
}

export function evaluateReport(result: EvaluatedModel, extras: ReportExtras): ReportData {
  const { manifest, metrics, operatingPoint, imageScores } = result;
  return {
    ...extras,
    kind: 'evaluate',
    stamp: stampOf('evaluate', manifest, extras),
    labels: manifest.labels,
    headline: 'evaluated',
    splits: [splitOf('evaluated', metrics, caveatOf(result))],
    calibration: null,
    operatingPoint: thresholdOf(manifest, 'evaluated', operatingPoint),
    extractorChoice: null,
    history: [],
    projection: projectionOf(imageScores),
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
    known === null ? KNOWN_UNTOLD : known > 0 ? knownCaveat(known, images) : '',
    outOfDistribution
      ? `${outOfDistribution} of ${images} images are out-of-distribution (about 5% are expected even without a shift)`
      : '',
    prevalenceCaveat(manifest),
  ]);
}

/** The headline split first: test, else out-of-fold, else what there is. */
function trainingSplits(manifest: Manifest, evaluation: EvaluationFile): ReportSplit[] {
  const { testing, validation, training } = evaluation.splits;
  const byFolds = evaluation.cross_validation !== null;
  const chose = (choices: readonly string[]) =>
    choices.length === 0 ? '' : `these images were also used to choose ${LIST.format(choices)}`;
  const outOfFold = chosenOn(manifest, 'out-of-fold predictions');
  const byValidation = validationChoices(manifest);
  const choices = byFolds ? outOfFold : [...byValidation, ...outOfFold];
  const entry = (name: string, metrics: SplitMetrics | FullMetrics, caveat: string) =>
    splitOf(name, metrics, joined([caveat, prevalenceCaveat(manifest)]));
  const found = [
    testing && entry('test', testing, ''),
    evaluation.out_of_fold &&
      entry(byFolds ? 'cross-validation' : 'out-of-fold', evaluation.out_of_fold, chose(choices)),
    validation &&
      entry(
        'validation',
        validation,
        chose([...byValidation, ...chosenOn(manifest, 'validation images')]),
      ),
  ].filter((one) => one !== null);
  if (found.length > 0) return found;
  if (training === null) throw new RangeError('expected images in at least one split');
  return [
    entry('training', training, 'the head was fitted on them, so the metrics are optimistic'),
  ];
}

type HeldOutOf = NonNullable<Manifest['calibration']['fitted_on']>;

/** What was chosen on these predictions after the head was fitted. */
function chosenOn(
  { calibration, operating_point: point }: Pick<Manifest, 'calibration' | 'operating_point'>,
  of: HeldOutOf,
): string[] {
  return [
    ...(calibration.fitted_on === of ? ['the temperature'] : []),
    ...(point?.chosen_on === of ? ['the threshold'] : []),
  ];
}

/** Scores adjusted to a stated prevalence suit images with that prevalence, not these. */
function prevalenceCaveat({ prevalence, labels }: Manifest): string {
  if (prevalence.source !== 'stated') return '';
  const shares = labels
    .map((label, k) => `${label} ${percentText(prevalence.shares[k])}`)
    .join(', ');
  return `scores are adjusted to the stated prevalence (${shares}), which these images do not have: expect a different accuracy, loss, calibration, PPV and NPV in use`;
}

function joined(caveats: readonly string[]): string | null {
  return caveats.filter((caveat) => caveat !== '').join('; ') || null;
}

function splitOf(
  name: string,
  metrics: SplitMetrics | FullMetrics,
  caveat: string | null,
): ReportSplit {
  const { majority_baseline: majority } = metrics;
  const others =
    'nearest_centroid_baseline' in metrics
      ? [
          { name: 'Nearest centroid', accuracy: metrics.nearest_centroid_baseline.accuracy },
          { name: 'Metadata', accuracy: metrics.metadata_baseline.accuracy },
        ]
      : [];
  const first = { name: 'Majority', accuracy: majority.accuracy };
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

/** @param split name of the split that `reached` was computed on */
function thresholdOf(
  { operating_point: point }: Manifest,
  split: string,
  reached: ThresholdRates | null,
): ReportData['operatingPoint'] {
  if (point === null) return null;
  const rows = [
    {
      split: `${point.chosen_on} (N=${point.images})`,
      rates: [percentText(point.sensitivity), percentText(point.specificity), '–', '–'],
    },
    ...(reached === null
      ? []
      : [{ split, rates: RATES.map((name) => estimateText(reached[name], METRICS[name].format)) }]),
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

function projectionOf({ checked, images, labels, unseen }: ImageScores): ReportData['projection'] {
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
