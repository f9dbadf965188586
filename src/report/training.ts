// What retrain prints: step lines as in retrain.py, final metrics and advice.

import type { Message } from '../base/messages.ts';
import { AUTO } from '../extractor/auto.ts';
import type { StepReport } from '../head/fit.ts';
import { percentText } from '../metrics/format.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Misclassified } from '../training/misclassified.ts';

/** retrain.py's lines for one step, without the time stamp. */
export function stepLines(report: StepReport, validationImages: number): string[] {
  const { step, trainAccuracy, logLoss, validationAccuracy } = report;
  const lines = [
    `Step ${step}: Train accuracy = ${percentText(trainAccuracy)}`,
    `Step ${step}: Cross entropy = ${logLoss.toFixed(6)}`,
  ];
  if (validationAccuracy !== undefined) {
    lines.push(
      `Step ${step}: Validation accuracy = ${percentText(validationAccuracy)} (N=${validationImages})`,
    );
  }
  return lines;
}

/** Final metrics with their number of images and baselines, or that there are no test images. */
export function finalLines(
  manifest: Pick<Manifest, 'evaluation' | 'cross_validation' | 'training' | 'options'>,
): string[] {
  const { evaluation, cross_validation: cv } = manifest;
  const lines = cv === null ? [] : crossValidationLines(cv);
  const { testing } = evaluation;
  if (testing === null) {
    return [...lines, 'No test images: no test accuracy', ...validationLines(manifest)];
  }
  return [
    ...lines,
    `Final test accuracy = ${percentText(testing.accuracy)} (N=${testing.images})`,
    `Balanced test accuracy = ${percentText(testing.balanced_accuracy)} (N=${testing.images})`,
    ...baselineLines(testing),
  ];
}

/** `the L2 strength and when to stop` */
export const LIST = new Intl.ListFormat('en-GB');

type SplitSummary = NonNullable<Manifest['evaluation']['testing']>;

function baselineLines(split: SplitSummary): string[] {
  const { images, majority_baseline: majority } = split;
  return [
    `Majority baseline = ${percentText(majority.accuracy)} (N=${images}, always ${majority.label})`,
    `Nearest centroid baseline = ${percentText(split.nearest_centroid_baseline.accuracy)} (N=${images})`,
    `Metadata baseline = ${percentText(split.metadata_baseline.accuracy)} (N=${images})`,
  ];
}

/** Metrics on images that were used to choose something are optimistic, so the line says so. */
function validationLines(
  manifest: Pick<Manifest, 'evaluation' | 'training' | 'options'>,
): string[] {
  const { validation } = manifest.evaluation;
  if (validation === null) return [];
  const chosen = LIST.format(validationChoices(manifest));
  const role = chosen === '' ? '' : `; also used to choose ${chosen}`;
  return [
    `Validation accuracy = ${percentText(validation.accuracy)} (N=${validation.images}${role})`,
    ...baselineLines(validation),
  ];
}

/** What was chosen on validation images. */
export function validationChoices({
  options,
  training: { l2_chosen_by: by, stopped_early: stopped },
}: Pick<Manifest, 'options' | 'training'>): string[] {
  return [
    ...(options.extractor === AUTO ? ['the network'] : []),
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
    `Cross-validated metadata baseline = ${metric(cv.metadata_baseline.accuracy)}`,
  ];
}

/** As in retrain.py: path and predicted label. */
export function misclassifiedLines(images: readonly Misclassified[]): string[] {
  return [
    '=== MISCLASSIFIED TEST IMAGES ===',
    ...images.map(({ path, predicted }) => `${path}  ${predicted}`),
  ];
}

/** With fewer test images, cross-validation is advised. */
const FEW_TEST_IMAGES = 100;
/** Metadata is suspicious if it explains at least this share of the head's gain over chance. */
const SUSPICIOUS_SHARE = 0.5;

/** Hints and warnings about the metrics. */
export function adviceLines(manifest: Manifest): Message[] {
  const { evaluation, cross_validation: cv, labels } = manifest;
  const { testing } = evaluation;
  const lines: Message[] = [];
  if (cv === null && (testing?.images ?? 0) < FEW_TEST_IMAGES) {
    const found = testing === null ? 'no test images' : `only ${testing.images} test images`;
    lines.push(['info', `hint: ${found}; --folds 5 also cross-validates on all others`]);
  }
  const chance = 1 / labels.length;
  const whole = cv?.balanced_accuracy.mean ?? testing?.balanced_accuracy;
  const metadata =
    cv?.metadata_baseline.balanced_accuracy.mean ?? testing?.metadata_baseline.balanced_accuracy;
  if (whole !== undefined && metadata !== undefined) {
    const gain = metadata - chance;
    if (gain > 0.05 && gain >= SUSPICIOUS_SHARE * (whole - chance)) {
      lines.push([
        'warning',
        `metadata alone (brightness, contrast, image and file size) reaches a balanced accuracy of ${percentText(metadata)} (the model: ${percentText(whole)}): the model may have learned how the images were made rather than what they show`,
      ]);
    }
  }
  return lines;
}
