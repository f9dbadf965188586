// Accuracy and log loss by training step.

import type { ReportStep } from '../data.ts';
import { drawChart, line, roundAxis } from './chart.ts';
import { html } from './html.ts';
import { type LabelStyle, lineKey } from './palette.ts';
import { chartFigure, type Section } from './section.ts';

const TRAINING: LabelStyle = { colour: 'var(--c0)', dashes: 'none', symbol: 'circle' };
const VALIDATION: LabelStyle = { colour: 'var(--c1)', dashes: '6 3', symbol: 'square' };
/** More steps than pixels would not be visible. */
const MOST_STEPS = 328;

export function trainingSection(history: readonly ReportStep[]): Section | null {
  if (history.length < 2) return null;
  const every = Math.ceil(history.length / MOST_STEPS);
  const steps = history.filter((_, at) => at % every === 0 || at === history.length - 1);
  const validated = steps.some(({ validationAccuracy: value }) => value !== null);
  const legend = html`<ul class="legend">${lineKey(TRAINING, html`training images`)}${
    validated && lineKey(VALIDATION, html`validation images`)
  }</ul>`;
  const curve = (name: keyof ReportStep, { colour, dashes }: LabelStyle) =>
    line(
      steps.flatMap(({ step, [name]: value }) => (value === null ? [] : [[step, value] as const])),
      html`stroke="${colour}" stroke-dasharray="${dashes}" stroke-width="2"`,
    );
  const x = roundAxis('Step', steps[0].step, steps[steps.length - 1].step);
  const accuracy = drawChart('Accuracy by training step', {
    x,
    y: {
      ...roundAxis('Accuracy', lowestShown(steps), 1),
      format: (value) => `${Math.round(100 * value)}%`,
      grid: true,
    },
    marks: [curve('trainAccuracy', TRAINING), curve('validationAccuracy', VALIDATION)],
  });
  const losses = steps.map((one) => Math.max(one.logLoss, one.validationLogLoss ?? 0));
  const loss = drawChart('Log loss by training step', {
    x,
    y: { ...roundAxis('Log loss (nats)', 0, Math.max(...losses)), grid: true },
    marks: [curve('logLoss', TRAINING), curve('validationLogLoss', VALIDATION)],
  });
  return {
    id: 'training',
    heading: 'Training',
    body: html`<div class="charts">${chartFigure('Accuracy', accuracy, legend)}${chartFigure('Log loss', loss, legend)}</div>`,
  };
}

/** The lower end of the axis: a whole tenth below all accuracies, at most 0.9. */
function lowestShown(steps: readonly ReportStep[]): number {
  const shares = steps.map((one) => Math.min(one.trainAccuracy, one.validationAccuracy ?? 1));
  return Math.min(0.9, Math.floor(10 * Math.min(...shares)) / 10);
}
