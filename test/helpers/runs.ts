// What retrain leaves behind, for tests that run it: files, manifest, scores, and the split.

import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { sha256 } from '../../src/base/hash.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { readManifest } from '../../src/model/read.ts';
import { DIAGNOSE, HEALTHDIAG, imgdiag, LEG005, type Outcome, type RunOptions } from './run-cli.ts';

export const LEG009 = path.join(DIAGNOSE, 'leg009.jpg');

/** Files and folders below `folder`, in order. */
export function treeOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
}

/** SHA-256 of every file below `folder`, by relative path. */
export function bytesOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  const entries = files
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => [path.relative(folder, file), sha256(readFileSync(file))] as const);
  return Object.fromEntries(entries.sort());
}

/** `imgdiag retrain` on the drawn legs, without a report; fails unless it ends with 0. */
export async function retrainLegs(
  words: readonly string[],
  options?: RunOptions,
): Promise<Outcome & { lines: string[] }> {
  return retrainReported(['--no_report', ...words], options);
}

/** The same with its report. */
export async function retrainReported(
  words: readonly string[],
  options?: RunOptions,
): Promise<Outcome & { lines: string[] }> {
  return succeed(['retrain', '--image_dir', HEALTHDIAG, ...words], options);
}

/** Runs the program; fails unless it ends with 0. `lines` are those of stderr. */
export async function succeed(words: readonly string[], options?: RunOptions) {
  const outcome = await imgdiag(words, options);
  assert.equal(outcome.code, 0, outcome.stderr);
  return { ...outcome, lines: outcome.stderr.split('\n') };
}

/** Fails unless the program refuses: one sentence, one hint, no stack, nothing on stdout. */
export function assertRefused(outcome: Outcome, exitCode: number, sentence: RegExp): void {
  const { code, stdout, stderr } = outcome;
  const [error, hint] = stderr.trimEnd().split('\n').slice(-2);
  assert.equal(code, exitCode, stderr);
  assert.match(error, /^error: /);
  assert.match(error, sentence);
  assert.match(hint, /^hint: .{8,}/);
  assert.doesNotMatch(stderr, /^ {4}at |undefined|\[object|NaN/m);
  assert.equal(stdout, '');
}

export function manifestOf(model: string): Promise<Manifest> {
  return readManifest(model);
}

/** Scores of images by the model, by label. @param words further ones for `classify` */
export async function scoresOf(
  model: string,
  images: readonly string[],
  words: readonly string[] = [],
): Promise<Record<string, number>[]> {
  const asked = ['classify', '--json', '--model_dir', model, ...words, ...images];
  const found = JSON.parse((await succeed(asked)).stdout) as {
    scores: { label: string; score: number }[];
  }[];
  return found.map(({ scores }) =>
    Object.fromEntries(scores.map(({ label, score }) => [label, score])),
  );
}

/** Fails unless the model finds leg005 broken and leg009 healthy. */
export async function assertTellsLegsApart(model: string): Promise<void> {
  const [broken, healthy] = await scoresOf(model, [LEG005, LEG009]);
  assert.ok(broken.brokenleg > 0.5, `leg005: brokenleg ${broken.brokenleg}`);
  assert.ok(healthy.healthyleg > 0.5, `leg009: healthyleg ${healthy.healthyleg}`);
}

export interface SplitRow {
  readonly path: string;
  readonly label: string;
  readonly split: string;
  readonly group: string;
}

/** What `imgdiag manifest` prints, as rows. */
export async function splitRows(
  words: readonly string[],
  options?: RunOptions,
): Promise<SplitRow[]> {
  const { stdout } = await succeed(['manifest', ...words], options);
  return rowsOf<SplitRow>(stdout);
}

/** Rows of a CSV text by column name. */
export function rowsOf<Row>(text: string): Row[] {
  return parse(text, { columns: true }) as Row[];
}

/** Copies the first `count` drawn legs of each label named into label folders below `folder`. */
export function copyLegs(folder: string, counts: Readonly<Record<string, number>>, from = 0): void {
  for (const [label, count] of Object.entries(counts)) {
    const names = readdirSync(path.join(HEALTHDIAG, label)).sort();
    for (const name of names.slice(from, from + count)) {
      cpSync(path.join(HEALTHDIAG, label, name), path.join(folder, label, name));
    }
  }
}
