// docs/metrics.md, from the table that the metrics are worked out by.

import { DRAWS } from '../src/metrics/bootstrap.ts';
import { FEW_UNITS } from '../src/metrics/groups.ts';
import { INTERVALS, METRIC_NAMES, type MetricName, specOf } from '../src/metrics/table.ts';

const HEAD = `# Metrics

Made by \`npm run docs\` from \`src/metrics/table.ts\`, as are the report, \`evaluation.json\`, what
\`evaluate\` prints, and \`--min\` and \`--max\`. [evidence.md](evidence.md) shows them at work.

In JSON a metric has the name of the first column and holds \`{value, interval, note}\`. \`value\` is
null where the metric is undefined, and \`note\` then says why. A metric of both splits and labels
is, for a split, the mean over the labels that have images.
`;

const GATES = `
## Gates

\`--min accuracy=0.9\` asks for at least 0.9, \`--max log_loss=0.4\` for at most 0.4; of a label
\`--min sensitivity:brokenleg=0.85\`. A metric that is undefined misses its gate. The exit code is
then 5, and the message tells by how much. Names in brackets are taken as well.
`;

const UNITS = `
Every interval is a 95 % interval. Bootstraps are ${DRAWS.toLocaleString('en-GB')} seeded draws within labels; groups (patients,
studies) are drawn whole. The ROC AUC of a split with two labels has the interval of either label. An
interval that rests on fewer than ${FEW_UNITS} images or groups of a label is called unreliable in its note.
Sources and measured coverage: [decisions.md](decisions.md#evaluation).
`;

export function metricsPage(): string {
  const metrics = tableOf(
    ['metric', 'of', 'what it tells', 'range', 'gate', 'interval'],
    METRIC_NAMES.map(rowOf),
  );
  const intervals = tableOf(
    ['interval', 'of', 'independent images', 'groups'],
    Object.entries(INTERVALS).map(([kind, how]) => [kind, how.of, how.images, how.groups]),
  );
  return `${HEAD}\n${metrics}${GATES}\n## Intervals\n\n${intervals}${UNITS}`;
}

function rowOf(name: MetricName): string[] {
  const spec = specOf(name);
  const { heading, meaning, source, aliases = [], range, better, gate, interval } = spec;
  const others = aliases.map((alias) => ` (\`${alias}\`)`).join('');
  return [
    `\`${name}\`${others}`,
    [spec.whole && 'split', spec.label && 'label'].filter(Boolean).join(', '),
    `**${heading}**: ${meaning}${source === undefined ? '' : ` (${source})`}`,
    `${range[0]} to ${range[1] === Number.POSITIVE_INFINITY ? 'infinity' : range[1]}, ${better} is better`,
    gate ? `\`${better === 'higher' ? '--min' : '--max'}\`` : 'none',
    interval,
  ];
}

function tableOf(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings, headings.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}
