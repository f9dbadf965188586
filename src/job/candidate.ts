// The model of a run: the saved one if nothing has changed, else a newly trained one.

import path from 'node:path';
import { ImgdiagError } from '../base/errors.ts';
import { writeWithFolders } from '../base/files.ts';
import { foldHead, type Head } from '../head/head.ts';
import { FILE_NAMES, type Manifest } from '../model/manifest.ts';
import { readModel } from '../model/read.ts';
import { savedHead } from '../model/saved-head.ts';
import type { Payload } from '../model/write.ts';
import type { Measured, OutOfFold, TestMetrics } from '../report/results.ts';
import { evaluateSplits, evaluateTest } from '../training/evaluate-splits.ts';
import { createPool } from '../training/pool.ts';
import { createSummaries, type Summaries } from '../training/summaries.ts';
import { trainModel } from '../training/train-model.ts';
import { augmentationOf } from './augment-options.ts';
import { extractAugmented } from './augmented-rows.ts';
import type { OpenExtraction } from './extraction.ts';
import { imageScoresOf, outOfFoldRows, type UsableImages } from './image-rows.ts';
import { createModelFiles, manifestInputs, networkBytes } from './model-files.ts';
import type { Run } from './run.ts';
import type { JobTools } from './tools.ts';

/** A model with its metrics, before anything is written. */
export interface Candidate {
  readonly payload: Payload;
  readonly manifest: Manifest;
  readonly head: Head;
  readonly test: TestMetrics;
  /** Undefined for a saved model. */
  readonly trained: Trained | undefined;
}

export interface Trained {
  readonly measured: Measured;
  /** Undefined without `--summaries_dir`. */
  readonly summaries: Summaries | undefined;
  /** One row per image; undefined without `--folds`. */
  readonly outOfFold: readonly OutOfFold[] | undefined;
}

/** The complete model at `model_dir`, if it was made from the same inputs. */
export async function savedCandidate(
  run: Run,
  signal?: AbortSignal,
): Promise<Candidate | undefined> {
  try {
    const model = await readModel(run.options.model_dir, FILE_NAMES);
    const { manifest, files } = model;
    if (manifest.run !== manifestInputs(run).run) return undefined;
    const head = savedHead(model);
    const decided = { head, operatingPoint: manifest.operating_point };
    const test = await evaluateTest(run.images, manifest.labels, decided, run.grouped, signal);
    const payload = Object.fromEntries(files) as unknown as Payload;
    return { payload, manifest, head, test, trained: undefined };
  } catch (error) {
    // Missing, damaged or of another schema: train anew.
    if (error instanceof ImgdiagError) return undefined;
    throw error;
  }
}

export async function trainCandidate(run: Run, tools: JobTools): Promise<Candidate> {
  const { options, settings, images, extraction } = run;
  const { labels } = images;
  const { augment_copies: copies, seed } = options;
  const augmented = augmentationOf(options);
  const augmentation = augmented && { copies, ...augmented };
  const augment =
    augmentation &&
    ((from: OpenExtraction, rows: UsableImages) =>
      extractAugmented(from, rows, augmentation, seed, tools));
  const pool = createPool(images, await augment?.(extraction, images));
  const foldPools = await run.choice?.foldPools(pool, augment);
  // No more features are computed: training gets the memory of the network.
  await extraction.close();
  const validationImages = images.splits.filter((split) => split === 'validation').length;
  const summaries = options.summaries_dir === undefined ? undefined : createSummaries();
  const { intermediate_store_frequency: every, intermediate_output_graphs_dir: folder } = options;
  const model = await trainModel(
    pool,
    labels,
    { ...settings, foldPools },
    {
      onMessage: tools.onMessage,
      signal: tools.signal,
      async onStep(made) {
        const { step, report, network, standardisation } = made;
        if (report) tools.onStep?.(report, validationImages);
        summaries?.add(made);
        if (folder === undefined || every === 0 || step === 0 || step % every !== 0) return;
        // Named as in retrain.py.
        const file = path.join(folder, `intermediate_${step}.onnx`);
        const head = foldHead(network, standardisation);
        await writeWithFolders(file, networkBytes(extraction.source, head), 'umask');
      },
    },
  );
  const evaluated = await evaluateSplits(images, labels, model, run.grouped, tools.signal);
  const { payload, manifest, evaluation } = createModelFiles(run, augmentation, model, evaluated);
  return {
    payload,
    manifest,
    head: model.head,
    test: { metrics: evaluated.full.testing, rates: evaluated.testRates },
    trained: {
      measured: { evaluation, imageScores: imageScoresOf(images, model, evaluated) },
      summaries: summaries?.summaries,
      outOfFold: outOfFoldRows(images, model),
    },
  };
}
