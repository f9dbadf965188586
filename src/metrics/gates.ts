// Gates: metrics that a set must reach for a model to pass, as given on the command line.

import { UsageError } from '../base/errors.ts';
import type { Estimate } from './estimate.ts';
import type { LabelMetrics, SplitMetrics } from './split-metrics.ts';

/** Of the whole set. */
const WHOLE = {
  accuracy: 'accuracy',
  balanced_accuracy: 'balanced_accuracy',
  mcc: 'mcc',
  roc_auc: 'auc',
  auc: 'auc',
  pr_auc: 'pr_auc',
} as const satisfies Record<string, keyof SplitMetrics>;

/** Of one label, as `name:LABEL`. */
const OF_LABEL = {
  sensitivity: 'sensitivity',
  recall: 'sensitivity',
  specificity: 'specificity',
  ppv: 'ppv',
  precision: 'ppv',
  npv: 'npv',
  f1: 'f1',
  roc_auc: 'auc',
  auc: 'auc',
  pr_auc: 'pr_auc',
} as const satisfies Record<string, keyof LabelMetrics>;

type WholeName = keyof typeof WHOLE;
type LabelName = keyof typeof OF_LABEL;

export interface Gate {
  /** As it was given, up to the number: `sensitivity:brokenleg`. */
  readonly name: string;
  /** The smallest value that passes: 0..1, for `mcc` -1..1. */
  readonly minimum: number;
  readonly metric: WholeName | LabelName;
  /** Place of the label; null for the whole set. */
  readonly label: number | null;
}

export interface MissedGate {
  readonly gate: Gate;
  /** Null where the metric is undefined. */
  readonly value: number | null;
  /** `sensitivity:brokenleg is 0.812, 0.038 below 0.85 (N=32)`. */
  readonly sentence: string;
}

/**
 * @param words such as `accuracy=0.9` or `sensitivity:brokenleg=0.85`; a label may hold `:` and `=`
 * @throws UsageError for a metric, label or number that cannot be
 */
export function parseGates(words: readonly string[], labels: readonly string[]): Gate[] {
  return words.map((word) => parseGate(word, labels));
}

function parseGate(word: string, labels: readonly string[]): Gate {
  const equals = word.lastIndexOf('=');
  const name = equals === -1 ? word : word.slice(0, equals);
  const colon = name.indexOf(':');
  const metric = colon === -1 ? name : name.slice(0, colon);
  const names = Object.keys(colon === -1 ? WHOLE : OF_LABEL);
  if (!names.includes(metric)) {
    const known = `${Object.keys(WHOLE).join(', ')}, and of a label ${Object.keys(OF_LABEL).join(', ')}`;
    throw new UsageError(`expected --min with a known metric, found ${word}`, {
      hint: `metrics are ${known}: e.g. --min accuracy=0.9 --min sensitivity:${labels[0]}=0.85`,
    });
  }
  const label = colon === -1 ? null : labels.indexOf(name.slice(colon + 1));
  if (label === -1) {
    throw new UsageError(`expected --min ${metric} of a known label, found ${word}`, {
      hint: `labels are ${labels.join(', ')}`,
    });
  }
  const minimum = parseMinimum(word, equals === -1 ? '' : word.slice(equals + 1), metric);
  return { name, minimum, metric: metric as WholeName | LabelName, label };
}

function parseMinimum(word: string, text: string, metric: string): number {
  const lowest = metric === 'mcc' ? -1 : 0;
  const minimum = /^[-+]?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : Number.NaN;
  if (minimum >= lowest && minimum <= 1) return minimum;
  throw new UsageError(
    `expected --min ${metric} with a number from ${lowest} to 1, found ${word}`,
    {
      hint: `write the number behind =, e.g. ${metric}=0.9 for 90 %`,
    },
  );
}

/** The gates that are missed; a metric that is undefined misses its gate. */
export function checkGates(gates: readonly Gate[], metrics: SplitMetrics): MissedGate[] {
  return gates.flatMap((gate) => {
    const { value, note } = metricOf(gate, metrics);
    const count = `(N=${countOf(gate, metrics)})`;
    if (value === null) {
      const reason = note ?? 'no value';
      return {
        gate,
        value,
        sentence: `${gate.name} is undefined, ${gate.minimum} is asked for: ${reason} ${count}`,
      };
    }
    // Rounding of a mean of shares must not fail a gate.
    const short = gate.minimum - value;
    if (short <= 1e-12) return [];
    // More digits where three would show nothing missing.
    const digits = Math.max(3, Math.ceil(-Math.log10(short)));
    return {
      gate,
      value,
      sentence: `${gate.name} is ${value.toFixed(digits)}, ${short.toFixed(digits)} below ${gate.minimum} ${count}`,
    };
  });
}

function metricOf({ metric, label }: Gate, metrics: SplitMetrics): Estimate {
  return label === null
    ? metrics[WHOLE[metric as WholeName]]
    : metrics.labels[label][OF_LABEL[metric as LabelName]];
}

/** Images that the metric is a share of; of the whole set where it is no share. */
function countOf({ metric, label }: Gate, { images, confusion, labels }: SplitMetrics): number {
  if (label === null) return images;
  const taken = confusion.reduce((sum, row) => sum + row[label], 0);
  switch (OF_LABEL[metric as LabelName]) {
    case 'sensitivity':
      return labels[label].support;
    case 'specificity':
      return images - labels[label].support;
    case 'ppv':
      return taken;
    case 'npv':
      return images - taken;
    default:
      return images;
  }
}
