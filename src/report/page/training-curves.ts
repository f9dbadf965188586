// Accuracy and cross-entropy by training step.

import type { ReportStep } from '../data.ts';
import type { Charts } from './chart.ts';
import { html } from './html.ts';
import { type LabelStyle, lineKey } from './palette.ts';
import { metric, type Section } from './section.ts';

const TRAINING: LabelStyle = { colour: 'var(--c0)', dashes: 'none', symbol: 'circle' };
const VALIDATION: LabelStyle = { colour: 'var(--c1)', dashes: '6 3', symbol: 'square' };
/** More steps than pixels cannot be seen. */
const MOST_STEPS = 328;

export function trainingSection(charts: Charts, history: readonly ReportStep[]): Section | null {
  if (history.length < 2) return null;
  const every = Math.ceil(history.length / MOST_STEPS);
  const steps = history.filter((_, at) => at % every === 0 || at === history.length - 1);
  const validated = steps.filter(({ validationAccuracy: value }) => value !== null);
  const legend = html`<ul class="legend">${lineKey(TRAINING, html`training images`)}${
    validated.length > 0 && lineKey(VALIDATION, html`validation images`)
  }</ul>`;
  const { Plot, draw } = charts;
  const lines = (training: keyof ReportStep, validation: keyof ReportStep) => [
    Plot.line(steps, { x: 'step', y: training, stroke: TRAINING.colour, strokeWidth: 2 }),
    Plot.line(validated, {
      x: 'step',
      y: validation,
      stroke: VALIDATION.colour,
      strokeWidth: 2,
      strokeDasharray: VALIDATION.dashes,
    }),
  ];
  const x = { label: 'Step', ticks: 5, labelArrow: 'none' } as const;
  const y = { ticks: 5, grid: true, labelArrow: 'none', nice: true } as const;
  const accuracy = draw('Accuracy by training step', {
    x,
    y: {
      ...y,
      label: 'Accuracy',
      percent: true,
      domain: [100 * lowestShown(steps), 100],
      tickFormat: (value: number) => `${value}%`,
    },
    marks: lines('trainAccuracy', 'validationAccuracy'),
  });
  const loss = draw('Cross-entropy by training step', {
    x,
    y: { ...y, label: 'Cross-entropy (nats)', zero: true },
    marks: lines('crossEntropy', 'validationCrossEntropy'),
  });
  return {
    id: 'training',
    heading: 'Training',
    body: html`<div class="charts">${metric('Accuracy', accuracy, legend)}${metric('Cross-entropy', loss, legend)}</div>`,
  };
}

/** The axis ends below all accuracies, at a whole tenth, and is never without length. */
function lowestShown(steps: readonly ReportStep[]): number {
  const shares = steps.map((one) => Math.min(one.trainAccuracy, one.validationAccuracy ?? 1));
  return Math.min(0.9, Math.floor(10 * Math.min(...shares)) / 10);
}
