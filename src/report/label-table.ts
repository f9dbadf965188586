// The table of labels at the end of the terminal output.

import stringWidth from 'string-width';
import { printable } from '../base/printable.ts';
import type { Estimate } from '../metrics/estimate.ts';
import { bareText, type NumberFormat, valueText } from '../metrics/format.ts';
import type { SplitMetrics } from '../metrics/split-metrics.ts';
import { LABEL_METRICS, specOf } from '../metrics/table.ts';

/** Width of the label column on the terminal; longer labels are cut here, and nowhere else. */
const LABEL_WIDTH = 30;
const GAP = '  ';
const COLUMNS = LABEL_METRICS.filter((name) => specOf(name).brief);

/**
 * A heading and one aligned line per label, in order:
 *
 *     label        N  sensitivity (95% CI)   PPV (95% CI)
 *     brokenleg   16  87.5% (64.0-96.5)      82.4% (59.0-93.8)
 */
export function labelTable({ labels }: SplitMetrics): string[] {
  const rows = [
    ['label', 'N', ...COLUMNS.map((name) => `${specOf(name).heading} (95% CI)`)],
    ...labels.map((one) => [
      cut(printable(one.label)),
      String(one.support),
      ...COLUMNS.map((name) => estimateCell(one[name], specOf(name).format)),
    ]),
  ];
  const widths = rows[0].map((_, column) =>
    Math.max(...rows.map((row) => stringWidth(row[column]))),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const room = ' '.repeat(widths[column] - stringWidth(cell));
        return column === 1 ? room + cell : cell + room;
      })
      .join(GAP)
      .trimEnd(),
  );
}

/** `87.5% (64.0-96.5)`, or a hyphen where the metric is undefined. */
function estimateCell({ value, interval }: Estimate, format: NumberFormat): string {
  if (value === null) return '-';
  const ends = interval?.map((end) => bareText(end, format)).join('-');
  return valueText(value, format) + (ends === undefined ? '' : ` (${ends})`);
}

/** Never cuts within a user-perceived character; wide characters take two columns. */
function cut(label: string): string {
  if (stringWidth(label) <= LABEL_WIDTH) return label;
  let kept = '';
  for (const { segment } of new Intl.Segmenter().segment(label)) {
    if (stringWidth(kept + segment) >= LABEL_WIDTH) break;
    kept += segment;
  }
  return `${kept}…`;
}
