// Evaluates a saved model on labelled images that it was not trained on.

import path from 'node:path';
import { InputError, UnfitError } from '../base/errors.ts';
import { writeWithFolders } from '../base/files.ts';
import { rowOf } from '../base/matrix.ts';
import type { OnMessage } from '../base/messages.ts';
import { indexOfName } from '../base/names.ts';
import { renewPatience } from '../base/patience.ts';
import { watchReaders } from '../base/readers.ts';
import { type Classifier, openClassifier } from '../classify/classifier.ts';
import type { DatasetFile } from '../data/dataset.ts';
import { hashFiles } from '../data/hash-files.ts';
import { TO_EVALUATE } from '../data/layout.ts';
import { readDataset } from '../data/read-dataset.ts';
import { withReasons } from '../data/skipped.ts';
import { type SplitFile, splitUnits, unitNumbers } from '../data/units.ts';
import { applyHead } from '../head/head.ts';
import { isOutOfDistribution } from '../head/out-of-distribution.ts';
import { computeSplitMetrics } from '../metrics/compute-metrics.ts';
import { parseGates } from '../metrics/gates.ts';
import type { SplitMetrics } from '../metrics/split-metrics.ts';
import { readTrainedOn } from '../model/recorded-split.ts';
import type { EvaluateOptions, Given } from '../options/commands.ts';
import { withDefaults } from '../options/validate.ts';
import { evaluationJson, KNOWN_UNTOLD, knownCaveat } from '../report/evaluation.ts';
import { INDEX, reportFolderOf } from '../report/file-names.ts';
import type { EvaluatedModel } from '../report/results.ts';
import { thresholdRates } from '../training/choose-threshold.ts';
import { modelFeatures } from './extraction.ts';
import { imageScoresOf, usableImages } from './image-rows.ts';
import { loadReport, reportPlace, requirePlace } from './places.ts';
import { requireGates } from './run-gates.ts';
import type { JobTools } from './tools.ts';
import { createOutputs, type Written } from './written.ts';

export interface EvaluateResult extends EvaluatedModel, Written {}

/**
 * Evaluates a model and writes the report and the other outputs that are asked for.
 * @param given as on the command line; `json` is a file, or `-` for none
 * @throws UsageError for invalid options
 * @throws InputError for unknown labels, or without a readable image
 * @throws UnfitError when the model cannot be used
 * @throws GateError for missed gates; its `result` is what would have been returned
 */
export async function evaluate(
  given: Given<'evaluate'>,
  tools: JobTools = {},
): Promise<EvaluateResult> {
  renewPatience();
  watchReaders(tools.onMessage);
  const options = withDefaults('evaluate', given);
  const { model_dir: modelDir, engine, extractor } = options;
  const { onMessage, signal } = tools;
  const json = options.json === '-' ? undefined : options.json;
  if (json !== undefined) await requirePlace('json', json, 'file');
  const folder = await reportPlace(
    options,
    path.join(reportFolderOf(modelDir), 'evaluate'),
    onMessage,
  );
  const classifier = await openClassifier({ modelDir, engine, extractor }, onMessage);
  try {
    // A misspelt gate is refused before any image is read.
    const gates = parseGates(options, classifier.manifest.labels);
    const measured = await measure(classifier, options, tools);
    const outputs = createOutputs();
    if (json !== undefined) {
      await outputs.add('metrics', json, () =>
        writeWithFolders(json, evaluationJson(measured), 'umask'),
      );
    }
    if (folder !== undefined) {
      const images = !options.no_images;
      const { writeEvaluateReport } = await loadReport();
      await outputs.add('report', path.join(folder, INDEX), () =>
        writeEvaluateReport(folder, modelDir, measured, { images, signal }),
      );
    }
    const result = { ...measured, ...outputs.list };
    const report = folder === undefined ? '' : 'see the report for the misclassified images, or ';
    requireGates(gates, measured.metrics, result, `${report}relax --min and --max`);
    return result;
  } finally {
    await classifier.dispose();
  }
}

async function measure(
  classifier: Classifier,
  options: EvaluateOptions,
  tools: JobTools,
): Promise<EvaluatedModel> {
  const { onMessage, signal } = tools;
  const { manifest, oodDetector } = classifier;
  const { labels, operating_point: point } = manifest;
  const dataset = await readDataset(options, TO_EVALUATE);
  for (const note of dataset.notes) onMessage?.(...note);
  const part = heldOutPart(dataset.files, dataset.presplit, onMessage);
  const wanted = withLabelsOf(labels, part, dataset.inner, onMessage);
  const found = await hashFiles(wanted, signal);
  const table = await modelFeatures(classifier, found, tools);
  const split = {
    splitOf: found.files.map(() => 'testing' as const),
    unitOf: unitNumbers(found.files.length, splitUnits(found.files)),
  };
  const rows = usableImages(found.files, labels, split, table);
  const { files, features, targets, units } = rows;
  if (files.length === 0) {
    const error = new InputError(`expected readable images, found none among ${wanted.length}`, {
      tooFew: '',
      hint: 'give a folder with one folder of images per label',
    });
    throw withReasons(error, table.failures, wanted);
  }
  const known = await countKnown(options.model_dir, files, onMessage);
  const probabilities = applyHead(classifier.head, features);
  const groups = dataset.grouping === 'none' ? undefined : units;
  const scored = { probabilities, targets };
  const isOutside = (_: unknown, row: number) =>
    oodDetector !== undefined && isOutOfDistribution(oodDetector, rowOf(features, row));
  return {
    manifest,
    metrics: (await computeSplitMetrics(scored, labels, { groups, signal })) as SplitMetrics,
    operatingPoint: point && thresholdRates(point, labels, { ...scored, groups }),
    known,
    outOfDistribution: oodDetector ? files.filter(isOutside).length : null,
    skipped: table.failures,
    imageScores: imageScoresOf(rows, { heldOut: 'not needed' }, { probabilities }, 'evaluated'),
  };
}

/** How many files the model was trained on, with a warning; null, with another, where it does not tell. */
async function countKnown(
  modelDir: string,
  files: readonly SplitFile[],
  onMessage: OnMessage | undefined,
): Promise<number | null> {
  const trainedOn = await readTrainedOn(modelDir);
  if (trainedOn instanceof UnfitError) {
    onMessage?.(
      'warning',
      `${KNOWN_UNTOLD}, since its split cannot be read: ${trainedOn.message} (${trainedOn.hint})`,
    );
    return null;
  }
  const known = files.filter(trainedOn).length;
  if (known > 0) onMessage?.('warning', knownCaveat(known, files.length));
  return known;
}

/** The test images of a ready-made split, else its validation or training images. */
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
  onMessage?.('info', `evaluating the ${chosen.length} ${part} images of the given split`);
  return chosen;
}

/** The files, with each label as the model writes it. @throws InputError for a label it does not know */
function withLabelsOf(
  labels: readonly string[],
  files: readonly DatasetFile[],
  inner: string | undefined,
  onMessage: OnMessage | undefined,
): readonly DatasetFile[] {
  const names = new Set(files.map(({ label }) => label));
  const known = new Map([...names].map((name) => [name, labels[indexOfName(labels, name)]]));
  const foreign = [...names].filter((name) => known.get(name) === undefined);
  if (foreign.length > 0) {
    throw new InputError(
      `expected only labels of the model (${labels.join(', ')}), found ${foreign.join(', ')}`,
      { hint: inner ?? 'rename the folder or label, or leave it out' },
    );
  }
  const found = new Set(known.values());
  const lacking = labels.filter((label) => !found.has(label));
  if (lacking.length > 0) {
    onMessage?.(
      'warning',
      `no images of ${lacking.join(', ')}; metrics that need them are undefined`,
    );
  }
  return files.map((file) => ({ ...file, label: known.get(file.label) as string }));
}
