// Reliability diagrams, accuracy against mean score by bin, and the calibration section.

import { capitalised, percentText } from '../../metrics/format.ts';
import type { ReliabilityBin } from '../../metrics/probability-scores.ts';
import type { ReportCalibration, ReportSplit } from '../data.ts';
import { DIAGONAL, dots, drawChart, line, SHARE_AXIS, SQUARE } from './chart.ts';
import { type Html, html } from './html.ts';
import { asDecimal } from './metric-text.ts';
import { type LabelStyle, lineKey } from './palette.ts';
import { chartFigure, columns, type Section, table } from './section.ts';

const PLAIN: LabelStyle = { colour: 'var(--c0)', dashes: 'none', symbol: 'circle' };
const BEFORE: LabelStyle = { colour: 'var(--c1)', dashes: '5 3', symbol: 'square' };

interface Drawn {
  readonly bins: readonly ReliabilityBin[];
  readonly style: LabelStyle;
}

/** The diagram of a split, beside its ROC and precision-recall curves. */
export function splitReliability({ metrics }: ReportSplit): Html | null {
  if (!metrics.reliability.some(({ images }) => images > 0)) return null;
  const chart = reliability([{ bins: metrics.reliability, style: PLAIN }]);
  const { value } = metrics.ece;
  return chartFigure(
    'Reliability',
    chart,
    html`<ul class="legend">${lineKey(PLAIN, html`calibration error <span class="number">${value === null ? '–' : percentText(value)}</span>`)}</ul><p>Larger dots stand for more images. On the diagonal, predictions with a score of 0.8 are correct in 80% of cases; below it, the model is overconfident.</p>`,
  );
}

export function calibrationSection(calibration: ReportCalibration | null): Section | null {
  if (calibration === null) return null;
  const { sentence, before, after, kept, reliabilityBefore, reliabilityAfter } = calibration;
  const drawn = [
    { bins: reliabilityBefore, style: BEFORE },
    { bins: reliabilityAfter, style: PLAIN },
  ].filter(({ bins }) => bins.some(({ images }) => images > 0));
  const keys = [
    lineKey(BEFORE, kept ? html`before` : html`as saved`),
    ...(kept ? [lineKey(PLAIN, html`after`)] : []),
  ];
  const chart =
    drawn.length > 0 &&
    chartFigure(
      kept ? 'Reliability before and after' : 'Reliability',
      reliability(drawn),
      html`<ul class="legend">${keys}</ul>`,
    );
  const row = (name: string, losses: { log_loss: number; ece: number }) =>
    html`<tr><th scope="row">${name}</th><td>${asDecimal(losses.log_loss)}</td><td>${percentText(losses.ece)}</td></tr>`;
  const losses =
    before !== null &&
    after !== null &&
    table('Losses on held-out predictions; lower is better', 'numbers', [
      columns(['Scores', 'Log loss', 'Calibration error']),
      html`<tbody>${row(kept ? 'before' : 'without temperature scaling', before)}${row(kept ? 'after' : 'with temperature scaling', after)}</tbody>`,
    ]);
  return {
    id: 'calibration',
    heading: 'Calibration',
    body: html`<div class="charts"><div class="beside"><p>${capitalised(sentence)}.</p>${losses}</div>${chart}</div>`,
  };
}

function reliability(drawn: readonly Drawn[]): Html {
  const most = Math.max(...drawn.flatMap(({ bins }) => bins.map(({ images }) => images)));
  return drawChart('Reliability: accuracy against the mean score of the top label', {
    height: SQUARE,
    x: { ...SHARE_AXIS, label: 'Score of the top label' },
    y: { ...SHARE_AXIS, label: 'Accuracy' },
    marks: [
      line(DIAGONAL, html`stroke="var(--faint)" stroke-width="1.5"`),
      ...drawn.flatMap(({ bins, style: { colour, dashes, symbol } }) => {
        const points = bins.flatMap(({ images, confidence, accuracy }) => {
          if (confidence === null || accuracy === null) return [];
          return [{ at: [confidence, accuracy], radius: radiusOf(images / most), symbol } as const];
        });
        return [
          line(
            points.map(({ at }) => at),
            html`stroke="${colour}" stroke-dasharray="${dashes}" stroke-width="1.5"`,
          ),
          dots(
            points.sort((a, b) => b.radius - a.radius),
            html`fill="${colour}" fill-opacity="0.85" stroke="var(--paper)" stroke-width="1.5"`,
          ),
        ];
      }),
    ],
  });
}

/** In pixels: the area grows with the number of images, and a single image remains visible. */
function radiusOf(share: number): number {
  return 2.5 + 6.5 * Math.sqrt(share);
}
