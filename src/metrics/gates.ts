// Gates: bounds that metrics must meet for a model to pass, as given on the command line.

import { UsageError } from '../base/errors.ts';
import { indexOfName } from '../base/names.ts';
import type { Estimate } from './estimate.ts';
import { differenceText, digitsOf, exactText, valueText } from './format.ts';
import { countOf } from './proportions.ts';
import type { SplitMetrics } from './split-metrics.ts';
import { METRIC_NAMES, type MetricName, specOf } from './table.ts';

/** As given, e.g. `accuracy=0.9` or `sensitivity:brokenleg=0.85`; a label may hold `:` and `=`. */
export interface GateWords {
  /** For metrics that must be high. */
  readonly min: readonly string[];
  /** For metrics that must be low. */
  readonly max: readonly string[];
}

export interface Gate {
  /** As given, up to the equals sign: `sensitivity:brokenleg`. */
  readonly name: string;
  readonly metric: MetricName;
  /** Index of the label; null for the whole split. */
  readonly label: number | null;
  /** The worst value that passes. */
  readonly bound: number;
}

const OPTIONS = { higher: '--min', lower: '--max' } as const;

/** @throws UsageError for an unknown metric or label, the wrong direction, or a bound out of range */
export function parseGates({ min, max }: GateWords, labels: readonly string[]): Gate[] {
  return [
    ...min.map((word) => parseGate('--min', word, labels)),
    ...max.map((word) => parseGate('--max', word, labels)),
  ];
}

function parseGate(option: '--min' | '--max', word: string, labels: readonly string[]): Gate {
  const equals = word.lastIndexOf('=');
  const name = equals === -1 ? word : word.slice(0, equals);
  const [given, ...rest] = name.split(':');
  const scope = rest.length === 0 ? 'whole' : 'label';
  const metric = gatesIn(scope).find(
    (one) => one === given || specOf(one).aliases?.includes(given),
  );
  if (metric === undefined) {
    throw new UsageError(`expected ${option} with a known metric, found ${word}`, {
      hint: `metrics are ${gatesIn('whole').join(', ')}, and per label ${gatesIn('label').join(', ')}: e.g. --min accuracy=0.9 --min sensitivity:${labels[0]}=0.85 --max log_loss=0.4`,
    });
  }
  const { better } = specOf(metric);
  if (option !== OPTIONS[better]) {
    throw new UsageError(
      `expected ${OPTIONS[better]} for ${metric} (${better} is better), found ${option} ${word}`,
      { hint: `write ${OPTIONS[better]} ${word}` },
    );
  }
  const label = scope === 'whole' ? null : indexOfName(labels, rest.join(':'));
  if (label === -1) {
    throw new UsageError(`expected ${option} ${metric} for a known label, found ${word}`, {
      hint: `labels are ${labels.join(', ')}`,
    });
  }
  const text = equals === -1 ? '' : word.slice(equals + 1);
  return { name, metric, label, bound: parseBound(`${option} ${metric}`, metric, text, word) };
}

function gatesIn(scope: 'whole' | 'label'): MetricName[] {
  return METRIC_NAMES.filter((name) => specOf(name).gate && specOf(name)[scope] !== undefined);
}

function parseBound(subject: string, metric: MetricName, text: string, word: string): number {
  const [lowest, highest] = specOf(metric).range;
  const bound = /^[-+]?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : Number.NaN;
  if (bound >= lowest && bound <= highest) return bound;
  const range = highest === Infinity ? `of at least ${lowest}` : `from ${lowest} to ${highest}`;
  const means = specOf(metric).format === 'percent' ? ' for 90%' : '';
  throw new UsageError(`expected ${subject} with a number ${range}, found ${word}`, {
    hint: `write the number after =, e.g. ${metric}=0.9${means}`,
  });
}

/**
 * One line per missed gate: `sensitivity:leg is 81.2%, 3.8 points below 85% (N=32)`.
 * A metric that is undefined misses its gate.
 */
export function missedGates(gates: readonly Gate[], metrics: SplitMetrics): string[] {
  return gates.flatMap(({ name, metric, label, bound }) => {
    const { better, format, whole, label: ofLabel } = specOf(metric);
    const share = label === null ? whole : ofLabel;
    const estimates: Partial<Record<MetricName, Estimate>> =
      label === null ? metrics : metrics.labels[label];
    const { value, note } = estimates[metric] as Estimate;
    const images =
      typeof share === 'object' ? countOf(share, metrics.confusion, label ?? 0) : metrics.images;
    const isHigh = better === 'higher';
    const wanted = exactText(bound, format);
    if (value === null) {
      const least = isHigh ? 'least' : 'most';
      return `${name} is undefined, expected at ${least} ${wanted}: ${note} (N=${images})`;
    }
    const short = isHigh ? bound - value : value - bound;
    // Rounding in a mean of shares must not fail a gate.
    if (short <= 1e-12) return [];
    const found = valueText(value, format, digitsOf(short, format));
    const side = isHigh ? 'below' : 'above';
    return `${name} is ${found}, ${differenceText(short, format)} ${side} ${wanted} (N=${images})`;
  });
}
