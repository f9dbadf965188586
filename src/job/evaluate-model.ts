// A saved model on labelled images that it has not been trained on: its metrics, image by image.

import { InputError } from '../base/errors.ts';
import { rowOf, takeRows } from '../base/matrix.ts';
import type { OnMessage } from '../base/messages.ts';
import { type Classifier, openClassifier } from '../classify/classifier.ts';
import type { DatasetFile } from '../data/dataset.ts';
import { hashFiles } from '../data/hash-files.ts';
import { readDataset } from '../data/read-dataset.ts';
import { splitUnits, unitNumbers } from '../data/units.ts';
import { applyHead } from '../head/head.ts';
import { isOutOfDistribution } from '../head/out-of-distribution.ts';
import { loadDecoder } from '../images/decode.ts';
import { computeSplitMetrics } from '../metrics/compute-metrics.ts';
import type { SplitMetrics } from '../metrics/split-metrics.ts';
import { readLearntFrom } from '../model/recorded-split.ts';
import { withDefaults } from '../options/check.ts';
import type { Given } from '../options/commands.ts';
import type { EvaluatedModel } from '../report/evidence.ts';
import { thresholdRates } from '../training/operating-point.ts';
import { featuresOf, tellSkipped } from './extraction.ts';
import type { JobTools } from './tools.ts';

/** Nothing is kept from one run to the next: a stranger's model must not fill anybody's cache. */
const NO_STORE = { get: () => undefined, put: async () => {} };

/**
 * @throws UsageError for options that cannot be
 * @throws InputError for labels that the model lacks, or without a readable image
 * @throws UnfitError when the model cannot be used
 */
export async function evaluateModel(
  given: Given<'evaluate'>,
  tools: JobTools = {},
): Promise<EvaluatedModel> {
  const options = withDefaults('evaluate', given);
  const { onMessage, signal } = tools;
  const { model_dir: modelDir, engine, extractor } = options;
  const classifier = await openClassifier({ modelDir, engine, extractor }, onMessage);
  try {
    const { labels, operating_point: point } = classifier.manifest;
    const dataset = await readDataset(options, 1);
    for (const note of dataset.notes) onMessage?.(...note);
    const wanted = heldOutPart(dataset.files, dataset.presplit, onMessage);
    checkLabels(wanted, labels, onMessage);
    const found = await hashFiles(wanted, signal);
    const { files } = found;
    const extractionTools = {
      extractor: extractorOf(classifier),
      decoder: await loadDecoder(),
      preprocessing: classifier.manifest.preprocessing,
      store: NO_STORE,
      signal,
    };
    const table = await featuresOf(found, extractionTools, 'images', tools);
    tellSkipped(table.failures, onMessage);
    const used = [...files.keys()].filter((index) => table.usable[index]);
    if (used.length === 0) {
      throw new InputError(`expected images that can be read, found none among ${wanted.length}`, {
        hint: 'give a folder with one folder of images per label',
      });
    }
    const learntFrom = await readLearntFrom(modelDir);
    const known = used.filter((index) => learntFrom?.(files[index])).length;
    if (known > 0) {
      onMessage?.(
        'warning',
        `the model was trained on ${known} of these ${used.length} images or their groups: the metrics flatter`,
      );
    }
    const units = unitNumbers(files.length, splitUnits(files));
    const features = takeRows(table.features, used);
    const probabilities = applyHead(classifier.head, features);
    const targets = used.map((index) => labels.indexOf(files[index].label));
    const grouped = dataset.grouping !== 'none';
    const groups = grouped ? used.map((index) => units[index]) : undefined;
    const metrics = computeSplitMetrics({ probabilities, targets }, labels, {
      groups,
    }) as SplitMetrics;
    const images = used.map((index, row) => ({
      ...files[index],
      unit: units[index],
      split: 'evaluated' as const,
      scores: probabilities.subarray(row * labels.length, (row + 1) * labels.length),
    }));
    return {
      manifest: classifier.manifest,
      metrics,
      operatingPoint: point && thresholdRates(point, labels, { probabilities, targets, groups }),
      known,
      outOfDistribution: countOutOfDistribution(classifier, features.rows, (row) =>
        rowOf(features, row),
      ),
      skipped: table.failures,
      evidence: {
        labels,
        images,
        features,
        properties: takeRows(table.properties, used),
        unseen: new Map(images.map(({ scores }, row) => [row, scores])),
        outOfFold: new Map(),
      },
    };
  } finally {
    await classifier.dispose();
  }
}

/** Of a ready-made split: the test part, else the validation part, and says which. */
function heldOutPart(
  files: readonly DatasetFile[],
  presplit: boolean,
  onMessage: OnMessage | undefined,
): readonly DatasetFile[] {
  if (!presplit) return files;
  const part = (['testing', 'validation', 'training'] as const).find((name) =>
    files.some(({ givenSplit }) => givenSplit === name),
  );
  const chosen = files.filter(({ givenSplit }) => givenSplit === part);
  onMessage?.('info', `of the given split, the ${chosen.length} ${part} images are evaluated`);
  return chosen;
}

function checkLabels(
  files: readonly DatasetFile[],
  labels: readonly string[],
  onMessage: OnMessage | undefined,
): void {
  const found = new Set(files.map(({ label }) => label));
  const foreign = [...found].filter((label) => !labels.includes(label));
  if (foreign.length > 0) {
    throw new InputError(
      `expected only labels that the model knows (${labels.join(', ')}), found ${foreign.join(', ')}`,
      { hint: 'rename the folder or label, or leave it out' },
    );
  }
  const lacking = labels.filter((label) => !found.has(label));
  if (lacking.length > 0) {
    onMessage?.(
      'warning',
      `no images of ${lacking.join(', ')}: metrics that need them are left out`,
    );
  }
}

/** The classifier as what gives features. */
function extractorOf(classifier: Classifier) {
  const { manifest, runtime } = classifier;
  return {
    id: manifest.extractor.id,
    engine: 'onnx' as const,
    runtime,
    weightsSha256: manifest.extractor.weights_sha256,
    imageSize: manifest.preprocessing.size,
    featureSize: manifest.extractor.feature_size,
    embed: async (images: Uint8Array, count: number) =>
      (await classifier.predict(images, count)).features,
    dispose: async () => {},
  };
}

function countOutOfDistribution(
  { oodDetector }: Classifier,
  rows: number,
  features: (row: number) => Float32Array,
): number | null {
  if (oodDetector === undefined) return null;
  return Array.from({ length: rows }, (_, row) => features(row)).filter((row) =>
    isOutOfDistribution(oodDetector, row),
  ).length;
}
