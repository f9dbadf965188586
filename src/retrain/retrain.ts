// The main job: a labelled folder in, a saved model and its honest figures out.

import { setImmediate as breathe } from 'node:timers/promises';
import { takeRows } from '../base/matrix.ts';
import type { Manifest } from '../bundle/manifest.ts';
import { checkModelFolder } from '../bundle/folder.ts';
import { writeModel } from '../bundle/write.ts';
import { type Failure, type FeatureTable, hashFiles } from '../features/extract.ts';
import { SET_NAMES, type SetName, type Split, splitFiles } from '../head/split.ts';
import { fitStandardisation, standardise } from '../head/standardise.ts';
import { type Examples, type StepReport, trainHead } from '../head/train.ts';
import { type LabelledFile, scanLabelledFolder } from '../images/scan.ts';
import { describeModel } from './describe.ts';
import { extractCached } from './extract.ts';
import { checkOptions, type RetrainOptions } from './options.ts';

/** How the work tells what it is doing; nothing here prints. */
export interface RetrainEvents {
  /** A line for the log. */
  note(text: string): void;
  /** After each image. `computed` were not in the cache. */
  progress(done: number, total: number, computed: number): void;
  /** After the last image. */
  extracted(counts: ExtractionCounts): void;
  step(report: StepReport, validationImages: number): void;
}

/** Numbers of image files. */
export interface ExtractionCounts {
  readonly total: number;
  readonly cached: number;
  readonly computed: number;
  readonly skipped: number;
}

export interface RetrainResult {
  readonly manifest: Manifest;
  /** Files that could not be used. */
  readonly skipped: readonly Failure[];
}

/** Fewer images of a label than this get a warning, as in retrain.py. */
const FEW_IMAGES = 20;
/** Training draws breath this often, so that Ctrl-C is heard. In milliseconds. */
const BREATHE_EVERY = 50;

/**
 * Trains a head on the pictures of `imageDir` and publishes the model at `modelDir`.
 * @throws UsageError, InputError, UnfitError or WriteError; the model folder is then as it was
 */
export async function retrain(
  options: RetrainOptions,
  events: RetrainEvents,
  signal?: AbortSignal,
): Promise<RetrainResult> {
  checkOptions(options);
  await checkModelFolder(options.modelDir);
  const folder = await scanLabelledFolder(options.imageDir);
  for (const note of folder.notes) events.note(note);
  const hashed = await hashFiles(folder.files, signal);
  const percentages = {
    testing: options.testingPercentage,
    validation: options.validationPercentage,
  };
  // Planned first, so that a label with too few images is told before any extraction.
  splitFiles(hashed.files, folder.labels, percentages);
  for (const label of folder.labels) warnOfFew(label, hashed.files, events);

  const extraction = await extractCached(hashed.files, options, events, signal);
  const { table } = extraction;
  const skipped = [...hashed.failures, ...table.failures];
  events.extracted({
    total: folder.files.length,
    cached: table.cached,
    computed: table.computed,
    skipped: skipped.length,
  });
  const { labels } = folder;
  const split = splitFiles(hashed.files, labels, percentages, (i) => table.usable[i]);
  for (const line of [
    ...split.notes,
    ...describeShares(split, hashed.files, labels, percentages),
  ]) {
    events.note(line);
  }

  const examples = examplesOf(split, table, hashed.files, labels);
  const standardisation = fitStandardisation(examples.training.features);
  const scaled = (set: Examples): Examples => ({
    features: standardise(set.features, standardisation),
    targets: set.targets,
  });
  const validation = scaled(examples.validation);
  const history: StepReport[] = [];
  const training = trainHead(scaled(examples.training), validation, labels.length, {
    steps: options.steps,
    batchSize: options.trainBatchSize,
    learningRate: options.learningRate,
    evalStepInterval: options.evalStepInterval,
    seed: options.seed,
  });
  let breathed = performance.now();
  let next = training.next();
  for (; !next.done; next = training.next()) {
    if (next.value) {
      history.push(next.value);
      events.step(next.value, validation.targets.length);
    }
    if (performance.now() - breathed > BREATHE_EVERY) {
      await breathe();
      signal?.throwIfAborted();
      breathed = performance.now();
    }
  }

  const { payload, body } = describeModel({
    labels,
    dense: next.value,
    standardisation,
    examples,
    history,
    options,
    extraction,
    split,
    files: hashed.files,
    skipped: skipped.length,
  });
  signal?.throwIfAborted();
  const manifest = await writeModel(options.modelDir, payload, body);
  return { manifest, skipped };
}

function warnOfFew(label: string, files: readonly LabelledFile[], events: RetrainEvents): void {
  const count = files.filter((file) => file.label === label).length;
  if (count < FEW_IMAGES) {
    events.note(
      `warning: label ${label} has only ${count} images; ${FEW_IMAGES} or more are advised`,
    );
  }
}

/** Raw features and targets of each set. */
function examplesOf(
  split: Split,
  { features }: FeatureTable,
  files: readonly LabelledFile[],
  labels: readonly string[],
): Record<SetName, Examples> {
  const targetOf = new Map(labels.map((label, index) => [label, index]));
  const of = (set: SetName): Examples => {
    const rows = [...files.keys()].filter((index) => split.sets[index] === set);
    return {
      features: takeRows(features, rows),
      targets: Uint16Array.from(rows, (row) => targetOf.get(files[row].label) ?? 0),
    };
  };
  return { training: of('training'), validation: of('validation'), testing: of('testing') };
}

/** Planned and actual share of each set, a line per label. */
function describeShares(
  split: Split,
  files: readonly LabelledFile[],
  labels: readonly string[],
  { testing, validation }: { testing: number; validation: number },
): string[] {
  const planned = { training: 100 - testing - validation, validation, testing };
  return labels.map((label) => {
    const indices = [...files.keys()].filter((i) => files[i].label === label && split.sets[i]);
    const shares = SET_NAMES.map((set) => {
      const count = indices.filter((i) => split.sets[i] === set).length;
      const actual = ((100 * count) / indices.length).toFixed(1);
      return `${count} ${set} (${actual}%, planned ${planned[set]}%)`;
    });
    return `${label}: ${indices.length} images: ${shares.join(', ')}`;
  });
}
