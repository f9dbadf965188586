// What a model is, in lines for a person.

import { compareCodeUnits } from '../base/hash.ts';
import type { Manifest } from '../bundle/manifest.ts';
import { finalLines, percent } from './training.ts';

export function infoLines(folder: string, manifest: Manifest): string[] {
  const { extractor, recipe, training, split, data, evaluation } = manifest;
  const images = manifest.labels.map((label, index) => {
    const counts = [split.images.training, split.images.validation, split.images.testing];
    const [train, validation, testing] = counts.map((list) => list[index]);
    return `  ${label}: ${train} training, ${validation} validation, ${testing} testing`;
  });
  const validation = evaluation.validation
    ? `Validation accuracy = ${percent(evaluation.validation.accuracy)} (N=${evaluation.validation.images})`
    : 'No validation set';
  return [
    `model      ${folder}, version ${manifest.version}, saved by ${manifest.tool}`,
    `labels     ${manifest.labels.join(', ')}`,
    `extractor  ${extractor.id}, ${extractor.feature_size} features, weights ${extractor.weights_sha256.slice(0, 16)} (${extractor.licence}, ${extractor.source})`,
    `pictures   ${recipe.size}x${recipe.size} RGB, ${recipe.kernel} resize, range ${recipe.range.join('..')}`,
    `training   ${training.steps} steps of ${training.batch_size} at ${training.learning_rate} (${training.optimizer}), seed ${training.seed}, ${manifest.runtime}, ${manifest.decoder}`,
    `images     ${data.images} used, ${data.skipped} skipped; sets are disjoint by ${split.disjoint_by}`,
    ...images,
    validation,
    ...finalLines(manifest),
    'files',
    ...Object.entries(manifest.files)
      .sort(([a], [b]) => compareCodeUnits(a, b))
      .map(([name, { bytes, sha256 }]) => `  ${name}  ${bytes} bytes  sha256 ${sha256}`),
    'Not a medical device: figures hold for pictures like those it was trained on.',
  ];
}
