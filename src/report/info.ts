// What imgdiag info prints about a model.

import { compareCodeUnits } from '../base/hash.ts';
import { describePreprocessing } from '../images/preprocessing.ts';
import type { Manifest } from '../model/manifest.ts';
import { finalLines } from './training.ts';

export function infoLines(folder: string, manifest: Manifest): string[] {
  const { extractor, preprocessing, training, split, data } = manifest;
  const images = manifest.labels.map((label, index) => {
    const counts = [split.images.training, split.images.validation, split.images.testing];
    const [train, held, testing] = counts.map((list) => list[index]);
    return `  ${label}: ${train} training, ${held} validation, ${testing} testing`;
  });
  const groups =
    split.groups === null
      ? ''
      : ` (${split.groups.training} training, ${split.groups.validation} validation, ${split.groups.testing} testing)`;
  return [
    `model      ${folder}, version ${manifest.version}, saved by ${manifest.tool}`,
    `labels     ${manifest.labels.join(', ')}`,
    `extractor  ${extractor.id}, ${extractor.feature_size} features, weights ${extractor.weights_sha256.slice(0, 16)} (${extractor.licence}, ${extractor.source})`,
    `input      ${describePreprocessing(preprocessing)}`,
    `training   ${training.optimizer}, ${training.steps} steps, L2 ${training.l2} (${training.l2_chosen_by}), fitted on ${training.fitted_on} images`,
    `scores     ${scoresOf(manifest)}`,
    `made with  ${manifest.runtime}, ${manifest.decoder}`,
    `images     ${data.images} used, ${data.skipped} skipped; splits are disjoint by ${split.disjoint_by}${groups}`,
    ...images,
    ...finalLines(manifest),
    'files',
    ...Object.entries(manifest.files)
      .sort(([a], [b]) => compareCodeUnits(a, b))
      .flatMap(([name, file]) =>
        file === null ? [] : [`  ${name}  ${file.bytes} bytes  sha256 ${file.sha256}`],
      ),
    'Not a medical device. The metrics apply only to images like those it was trained on.',
  ];
}

function scoresOf({
  calibration,
  operating_point: point,
  out_of_distribution: ood,
}: Manifest): string {
  const threshold =
    point === null ? 'no threshold' : `threshold for ${point.positive} ${point.threshold}`;
  const detected = ood === null ? 'not detected' : 'detected';
  return `temperature ${Number(calibration.temperature.toFixed(3))}, ${threshold}, out-of-distribution images ${detected}`;
}
