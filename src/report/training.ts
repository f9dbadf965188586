// What retrain prints: step lines as retrain.py wrote them, and the metrics at the end.

import type { Message } from '../base/messages.ts';
import type { StepReport } from '../head/fit.ts';
import { percentText } from '../metrics/format.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Misclassified } from '../training/misclassified.ts';

/** The three lines of retrain.py for one step, without their time stamp. */
export function stepLines(report: StepReport, validationImages: number): string[] {
  const { step, trainAccuracy, crossEntropy, validationAccuracy } = report;
  const lines = [
    `Step ${step}: Train accuracy = ${percentText(trainAccuracy)}`,
    `Step ${step}: Cross entropy = ${crossEntropy.toFixed(6)}`,
  ];
  if (validationAccuracy !== undefined) {
    lines.push(
      `Step ${step}: Validation accuracy = ${percentText(validationAccuracy)} (N=${validationImages})`,
    );
  }
  return lines;
}

/** The final metric with its count and what simpler rules give, or that there is no test set. */
export function finalLines({
  evaluation,
  cross_validation: cv,
  training,
}: Pick<Manifest, 'evaluation' | 'cross_validation' | 'training'>): string[] {
  const lines = cv === null ? [] : crossValidationLines(cv);
  const { testing } = evaluation;
  if (testing === null) {
    return [...lines, 'No test set: no final accuracy', ...validationLines(evaluation, training)];
  }
  return [
    ...lines,
    `Final test accuracy = ${percentText(testing.accuracy)} (N=${testing.images})`,
    `Balanced test accuracy = ${percentText(testing.balanced_accuracy)} (N=${testing.images})`,
    ...baselineLines(testing),
  ];
}

type SplitSummary = NonNullable<Manifest['evaluation']['testing']>;

function baselineLines(set: SplitSummary): string[] {
  const { images, majority_baseline: majority } = set;
  return [
    `Majority baseline = ${percentText(majority.accuracy)} (N=${images}, always ${majority.label})`,
    `Nearest centroid baseline = ${percentText(set.nearest_centroid_baseline.accuracy)} (N=${images})`,
    `Metadata baseline = ${percentText(set.metadata_baseline.accuracy)} (N=${images})`,
  ];
}

/** Images that chose something flatter the head that they chose: never shown without saying so. */
function validationLines(
  { validation }: Manifest['evaluation'],
  training: Manifest['training'],
): string[] {
  if (validation === null) return [];
  const chose = choosers(training).join(' and ');
  const role = chose === '' ? '' : `; these images took part in choosing ${chose}`;
  return [
    `Validation accuracy = ${percentText(validation.accuracy)} (N=${validation.images}${role})`,
    ...baselineLines(validation),
  ];
}

/** What validation images took part in choosing. */
export function choosers({
  l2_chosen_by: by,
  stopped_early: stopped,
}: Manifest['training']): string[] {
  return [
    ...(by === 'validation' || by === 'inner folds' ? ['the L2 strength'] : []),
    ...(stopped ? ['when to stop'] : []),
  ];
}

type CrossValidation = NonNullable<Manifest['cross_validation']>;

function crossValidationLines(cv: CrossValidation): string[] {
  const metric = ({ mean, sd }: { mean: number; sd: number }) =>
    `${percentText(mean)} +- ${percentText(sd)}`;
  const of = `(${cv.folds} folds, N=${cv.images}, mean +- standard deviation)`;
  return [
    `Cross-validated accuracy = ${metric(cv.accuracy)} ${of}`,
    `Cross-validated balanced accuracy = ${metric(cv.balanced_accuracy)}`,
    ...(cv.auc === null
      ? []
      : [`Cross-validated AUC = ${cv.auc.mean.toFixed(3)} +- ${cv.auc.sd.toFixed(3)}`]),
    `Cross-validated majority baseline = ${metric(cv.majority_baseline.accuracy)}`,
    `Cross-validated nearest centroid baseline = ${metric(cv.nearest_centroid_baseline.accuracy)}`,
    `Cross-validated Metadata baseline = ${metric(cv.metadata_baseline.accuracy)}`,
  ];
}

/** As retrain.py lists them: path, then the label that was predicted. */
export function misclassifiedLines(images: readonly Misclassified[]): string[] {
  return [
    '=== MISCLASSIFIED TEST IMAGES ===',
    ...images.map(({ path, predicted }) => `${path}  ${predicted}`),
  ];
}

/** Fewer test images than this say little; cross-validation uses all of them. */
const FEW_TEST_IMAGES = 100;
/** From this share of the head's gain over chance on, the image's properties explain too much. */
const SUSPICIOUS_SHARE = 0.5;

/** What a reader of the metrics should know. */
export function adviceLines(manifest: Manifest): Message[] {
  const { evaluation, cross_validation: cv, labels } = manifest;
  const { testing } = evaluation;
  const lines: Message[] = [];
  if (cv === null && (testing?.images ?? 0) < FEW_TEST_IMAGES) {
    const found =
      testing === null ? 'there are no test images' : `${testing.images} test images are few`;
    lines.push(['info', `hint: ${found}; --folds 5 cross-validates on all images`]);
  }
  const chance = 1 / labels.length;
  const whole = cv?.balanced_accuracy.mean ?? testing?.balanced_accuracy;
  const properties =
    cv?.metadata_baseline.balanced_accuracy.mean ?? testing?.metadata_baseline.balanced_accuracy;
  if (whole !== undefined && properties !== undefined) {
    const gain = properties - chance;
    if (gain > 0.05 && gain >= SUSPICIOUS_SHARE * (whole - chance)) {
      lines.push([
        'warning',
        `brightness, size and shape of the images alone reach a balanced accuracy of ${percentText(properties)} (the model: ${percentText(whole)}): the score may come from how images were made, not from what they show`,
      ]);
    }
  }
  return lines;
}
