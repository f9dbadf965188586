// Two models of the same images, an old one and a new one, and what each says: the ground that
// interruptions and damage are tried on.

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  classifyImages,
  expandInputs,
  loadDecoder,
  openClassifier,
  readManifest,
} from '../../src/index.ts';
import { FILE_NAMES } from '../../src/model/manifest.ts';
import { DIAGNOSE, imgdiag } from '../helpers/run-cli.ts';
import { copyLegs } from '../helpers/runs.ts';

export interface Ground {
  readonly folder: string;
  /** Drawn legs in label folders. */
  readonly images: string;
  /** What makes the new model: everything but the places. */
  readonly newWords: readonly string[];
  /** The old model; copies of it are what is disturbed. */
  readonly old: string;
  /** A cache with every image in it. */
  readonly cache: string;
  /** Scores by the old and by the new model, exactly. */
  readonly oldScores: string;
  readonly newScores: string;
  /** Bytes of the new model's files by name, as an undisturbed run leaves them. */
  readonly newFiles: Readonly<Record<string, string>>;
  /** How long an undisturbed run takes, without and with a cache. Milliseconds. */
  readonly coldMs: number;
  readonly warmMs: number;
  remove(): void;
}

/** @param legs images of each label, 40 at most */
export async function makeGround(legs: number): Promise<Ground> {
  const folder = mkdtempSync(path.join(tmpdir(), 'imgdiag-kill-'));
  const [images, old, fresh, cache] = ['images', 'old', 'new', 'cache'].map((name) =>
    path.join(folder, name),
  );
  copyLegs(images, { brokenleg: legs, healthyleg: legs });
  const newWords = ['--image_dir', images, '--l2', '0.02', '--steps', '60'];
  const oldWords = ['--image_dir', images, '--l2', '3', '--steps', '20', '--no_report'];
  await retrain(oldWords, old, path.join(folder, 'unused'));
  cpSync(old, fresh, { recursive: true });
  const coldMs = await retrain(newWords, fresh, cache, true);
  const again = path.join(folder, 'again');
  cpSync(old, again, { recursive: true });
  const warmMs = await retrain(newWords, again, cache, true);
  const newFiles = await filesOf(fresh);
  assert.deepEqual(await filesOf(again), newFiles, 'the same run gave other bytes');
  const [oldScores, newScores] = [await scoresOf(old), await scoresOf(fresh)];
  assert.notEqual(oldScores, newScores);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const models = { old, oldScores, newScores, newFiles };
  return { folder, images, newWords, cache, ...models, coldMs, warmMs, remove };
}

/** `imgdiag retrain`; fails unless it ends with 0. @returns milliseconds */
export async function retrain(
  words: readonly string[],
  model: string,
  cache: string,
  spawned = false,
) {
  const started = Date.now();
  const places = ['--model_dir', model, '--bottleneck_dir', cache];
  const { code, stderr } = await imgdiag(['retrain', ...words, ...places], { spawned });
  assert.equal(code, 0, stderr);
  return Date.now() - started;
}

/** The scores of the images to be diagnosed, or of a part of them, every bit of them. */
export async function scoresOf(model: string, images = DIAGNOSE): Promise<string> {
  const classifier = await openClassifier({ modelDir: model, engine: 'auto' });
  try {
    const inputs = await expandInputs([images]);
    const scores: unknown[] = [];
    for await (const prediction of classifyImages(inputs, classifier, await loadDecoder())) {
      assert.ok(prediction.scores, prediction.file);
      scores.push(prediction.scores.map(({ label, score }) => [label, score]));
    }
    return JSON.stringify(scores);
  } finally {
    await classifier.dispose();
  }
}

/** Manifest, network, head, labels and evaluation, by name, as text that can be compared. */
export async function filesOf(model: string): Promise<Record<string, string>> {
  const { version } = await readManifest(model);
  const names = [
    'manifest.json',
    ...FILE_NAMES.map((name) => path.join('versions', version, name)),
    'model.onnx',
    'labels.txt',
    path.join('head', 'model.json'),
    path.join('head', 'weights.bin'),
  ];
  return Object.fromEntries(
    names.map((name) => [name, readFileSync(path.join(model, name), 'base64')]),
  );
}
