// The table of metrics: meaning, formula, range, format, gate and interval of each.
// Types, texts, report, JSON, gates and docs/metrics.md are derived from it: a new metric is a row.

import { newcombeInterval } from './auc-interval.ts';
import { balancedAccuracyOf, cohensKappa, f1Of, matthewsCorrelation } from './confusion.ts';
import type { Interval } from './estimate.ts';
import type { NumberFormat } from './format.ts';
import type { Units } from './groups.ts';
import { calibrationError, logLossInterval, weightedMean } from './probability-scores.ts';
import { type Share, scaledWilson } from './proportions.ts';
import { meanOfDefined } from './ranking.ts';
import type { Draw } from './resample.ts';

export interface MetricSpec {
  /** Its name in text, as in the middle of a sentence. */
  readonly heading: string;
  /** What it measures, to follow the heading and a colon. */
  readonly meaning: string;
  /** The paper that defines it, unless every textbook does. */
  readonly source?: string;
  /** Other names that gates accept. */
  readonly aliases?: readonly string[];
  readonly range: Interval;
  readonly better: 'higher' | 'lower';
  /** Whether `--min` accepts it, or `--max` where lower is better. */
  readonly gate: boolean;
  readonly format: NumberFormat;
  readonly interval: keyof typeof INTERVALS;
  /** For a whole split: a share of its images, or a formula that is bootstrapped. */
  readonly whole?: Share | Formula;
  /** For one label against all others. */
  readonly label?: Share | Formula;
  /** Whether the short table of labels that ends a run has a column for it. */
  readonly brief?: true;
  /** For a metric that noise inflates: its value from the noise of a draw alone, relative to the split. */
  readonly noise?: (draw: Draw, split: Draw) => number;
  /** Why the formula gives NaN. Default: the label has no images, or all of them. */
  readonly undefinedReason?: (units: Units) => string;
  /** The interval where all draws agree. Default: Wilson's for the cases, scaled to the range. */
  readonly withoutSpread?: (value: number, units: Units) => Interval;
}

/** NaN where it is undefined. @param label index of the label; ignored for a whole split */
export type Formula = (draw: Draw, label: number) => number;

const BY_GROUPS = 'bootstrap of whole groups';

/** How intervals are computed where images are independent, and where they come in groups. */
export const INTERVALS = {
  wilson: { of: 'shares', images: 'Wilson', groups: 'Wilson on the effective sample size' },
  delong: { of: 'ROC AUC of a label', images: 'DeLong on the logit scale', groups: BY_GROUPS },
  bootstrap: { of: 'other metrics', images: 'bootstrap of images', groups: BY_GROUPS },
  reflected: {
    of: 'calibration error (starting at 0 where noise alone could explain it)',
    images: 'bias-corrected bootstrap of images',
    groups: 'bias-corrected bootstrap of whole groups',
  },
} as const;

const HIGH = { range: [0, 1], better: 'higher', gate: true } as const;
const SHARE = { ...HIGH, format: 'percent', interval: 'wilson' } as const;
const SCORE = { ...HIGH, format: 'decimal', interval: 'bootstrap' } as const;
const LOSS = { better: 'lower', gate: true, format: 'decimal', interval: 'bootstrap' } as const;

const isCase = (truth: number, _: number, label: number) => truth === label;
const isOther = (truth: number, _: number, label: number) => truth !== label;
const isPredicted = (_: number, predicted: number, label: number) => predicted === label;
const isNotPredicted = (_: number, predicted: number, label: number) => predicted !== label;

/** In the order of the report. */
export const METRICS = {
  accuracy: {
    ...SHARE,
    heading: 'accuracy',
    meaning: 'share of images whose most probable label is correct',
    whole: { counts: () => true, hits: (truth, top) => truth === top, lack: 'no image of' },
  },
  balanced_accuracy: {
    ...SCORE,
    heading: 'balanced accuracy',
    meaning: 'mean sensitivity of the labels that have images; chance is 1 / number of labels',
    format: 'percent',
    whole: ({ counts }) => balancedAccuracyOf(counts),
  },
  mcc: {
    ...SCORE,
    heading: 'Matthews correlation',
    meaning: 'correlation of true and predicted labels; 1 is perfect, 0 is chance',
    source: 'Gorodkin, Comput Biol Chem 2004',
    range: [-1, 1],
    whole: ({ counts }) => matthewsCorrelation(counts),
    undefinedReason: (units) =>
      units.others === 0 ? lackOf(units) : 'every image is predicted as the same label',
  },
  kappa: {
    ...SCORE,
    heading: "Cohen's kappa",
    meaning: 'agreement of true and predicted labels beyond chance; 1 is perfect, 0 is chance',
    source: 'Cohen, Educ Psychol Meas 1960',
    range: [-1, 1],
    whole: ({ counts }) => cohensKappa(counts),
  },
  sensitivity: {
    ...SHARE,
    heading: 'sensitivity',
    aliases: ['recall'],
    meaning: 'share of images of the label that are predicted as the label',
    label: { counts: isCase, hits: isPredicted, lack: 'no image of' },
    brief: true,
  },
  specificity: {
    ...SHARE,
    heading: 'specificity',
    meaning: 'share of all other images that are not predicted as the label',
    label: { counts: isOther, hits: isNotPredicted, lack: 'every image is of' },
  },
  ppv: {
    ...SHARE,
    heading: 'PPV',
    aliases: ['precision'],
    meaning: 'share of images predicted as the label that are correct; depends on prevalence',
    label: { counts: isPredicted, hits: isCase, lack: 'no image is predicted as' },
    brief: true,
  },
  npv: {
    ...SHARE,
    heading: 'NPV',
    meaning: 'share of images not predicted as the label that are correct; depends on prevalence',
    label: { counts: isNotPredicted, hits: isOther, lack: 'every image is predicted as' },
  },
  f1: {
    ...SCORE,
    heading: 'F1',
    meaning: 'harmonic mean of sensitivity and PPV',
    label: ({ counts: { hits, support, predicted } }, k) => f1Of(hits[k], support[k], predicted[k]),
  },
  auc: {
    ...SCORE,
    heading: 'ROC AUC',
    aliases: ['roc_auc'],
    meaning: 'probability that an image of the label outscores another image; 0.5 is chance',
    interval: 'delong',
    whole: ({ areas }) => meanOfDefined(areas.roc),
    label: ({ areas }, k) => areas.roc[k],
    withoutSpread: (value, { cases, others }) => newcombeInterval(value, cases, others),
  },
  pr_auc: {
    ...SCORE,
    heading: 'PR AUC',
    meaning: 'average precision (PPV over all thresholds); chance is the share of the label',
    whole: ({ areas }) => meanOfDefined(areas.pr),
    label: ({ areas }, k) => areas.pr[k],
  },
  log_loss: {
    ...LOSS,
    heading: 'log loss',
    meaning: 'mean cross-entropy in nats: -ln of the probability of the true label',
    range: [0, Number.POSITIVE_INFINITY],
    whole: ({ scores, weights }) => weightedMean(scores.losses, weights),
    withoutSpread: (value, { all }) => logLossInterval(value, all),
  },
  brier: {
    ...LOSS,
    heading: 'Brier score',
    meaning: 'mean squared error of the probabilities, summed over labels',
    source: 'Brier, Mon Weather Rev 1950',
    range: [0, 2],
    whole: ({ scores, weights }) => weightedMean(scores.squares, weights),
    withoutSpread: (value, { all }) => scaledWilson(value, all, [0, 2]),
  },
  ece: {
    ...LOSS,
    heading: 'calibration error',
    meaning: 'mean gap between the top score and the accuracy, over 15 bins of the score',
    source: 'Guo et al., ICML 2017',
    range: [0, 1],
    format: 'percent',
    interval: 'reflected',
    whole: ({ gaps }) => calibrationError(gaps),
    noise: ({ gaps }, split) => calibrationError(gaps.map((gap, bin) => gap - split.gaps[bin])),
    withoutSpread: (value, { all }) => scaledWilson(value, all, [0, 1]),
  },
} as const satisfies Readonly<Record<string, MetricSpec>>;

export type MetricName = keyof typeof METRICS;
type NameIn<Scope extends 'whole' | 'label'> = {
  [Name in MetricName]: (typeof METRICS)[Name] extends Record<Scope, unknown> ? Name : never;
}[MetricName];
/** Metrics of a whole split. */
export type WholeMetric = NameIn<'whole'>;
/** Metrics of one label against all others. */
export type LabelMetric = NameIn<'label'>;

export const METRIC_NAMES = Object.keys(METRICS) as MetricName[];
export const WHOLE_METRICS = METRIC_NAMES.filter((name) => specOf(name).whole) as WholeMetric[];
export const LABEL_METRICS = METRIC_NAMES.filter((name) => specOf(name).label) as LabelMetric[];

export function specOf(name: MetricName): MetricSpec {
  return METRICS[name];
}

/** Why a metric of a label, or over labels, is undefined. */
export function lackOf({ label, cases }: Units): string {
  return cases === 0 ? `no image of ${label}` : `every image is of ${label}`;
}
