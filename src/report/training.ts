// What retrain prints: step lines as retrain.py wrote them, and the figures at the end.

import type { Manifest } from '../bundle/manifest.ts';
import type { StepReport } from '../head/train.ts';

/** The three lines of retrain.py for one step, without their time stamp. */
export function stepLines(report: StepReport, validationImages: number): string[] {
  const { step, trainAccuracy, crossEntropy, validationAccuracy } = report;
  const lines = [
    `Step ${step}: Train accuracy = ${percent(trainAccuracy)}`,
    `Step ${step}: Cross entropy = ${crossEntropy.toFixed(6)}`,
  ];
  if (validationAccuracy !== undefined) {
    lines.push(
      `Step ${step}: Validation accuracy = ${percent(validationAccuracy)} (N=${validationImages})`,
    );
  }
  return lines;
}

/** The final figure with its count and what guessing gives, or that there is no test set. */
export function finalLines({ evaluation }: Pick<Manifest, 'evaluation'>): string[] {
  const { testing } = evaluation;
  if (testing === null) return ['No test set: no final accuracy (--testing_percentage is 0)'];
  const { images, accuracy, majority_baseline: baseline } = testing;
  return [
    `Final test accuracy = ${percent(accuracy)} (N=${images})`,
    `Majority baseline = ${percent(baseline.accuracy)} (N=${images}, always ${baseline.label})`,
  ];
}

/** `91.2%`: a share of 0..1 with one decimal. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}
