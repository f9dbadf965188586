// Near-duplicates across splits, and folds: finds them, and tries a remedy on the files.

import type { Message } from '../base/messages.ts';
import { findCopiesAcross } from '../check/across-splits.ts';
import { endingPatterns, originsOf } from '../check/alike-names.ts';
import { type Copy, describeRelation } from '../check/duplicates.ts';
import { patternFor } from '../data/group-pattern.ts';
import type { PlannedSplit } from '../data/plan-split.ts';
import { loadDecoder } from '../images/decode.ts';
import { inspectImage } from '../images/inspect.ts';
import type { Preprocessing } from '../images/preprocessing.ts';
import { loadDenseProducts } from '../network/onnx/dense.ts';
import type { RetrainOptions } from '../options/commands.ts';
import { nearDuplicatesFile } from '../report/file-names.ts';
import { nearDuplicateWarnings } from '../report/near-duplicates.ts';
import type { NearDuplicates } from '../report/results.ts';
import { checkFolds, foldsOf } from './folds.ts';
import type { UsableImages } from './image-rows.ts';
import type { JobTools } from './tools.ts';

/** Fewer take less than a second. */
const MANY_PAIRS = 100;

export interface FoundNearDuplicates {
  /** Undefined where they are left to check. */
  readonly near: NearDuplicates | undefined;
  /** The same pairs, by rows. */
  readonly copies: readonly Copy[];
}

export async function findNearDuplicates(
  images: UsableImages,
  options: RetrainOptions,
  preprocessing: Preprocessing,
  { onProgress, signal }: JobTools,
): Promise<FoundNearDuplicates> {
  const { files, splits } = images;
  const folds = foldsOf(images, options);
  const products = options.engine === 'tfjs' ? undefined : await loadDenseProducts();
  const decoder = await loadDecoder({ maxPixels: options.max_pixels });
  const found = await findCopiesAcross(
    { ...images, folds },
    {
      inspect: (row) => inspectImage(files[row].file, decoder, preprocessing),
      multiply: products && ((x, y) => products.multiply(x, y.data, new Float32Array(y.rows))),
      onProgress(done, total) {
        if (total >= MANY_PAIRS) onProgress?.('comparing images', done, total);
      },
    },
    signal,
  );
  if (found === undefined) return { near: undefined, copies: [] };
  const { copies, compared, left } = found;
  const placed = (row: number) => ({
    path: files[row].path,
    split: splits[row],
    fold: folds === undefined || splits[row] === 'testing' ? null : folds[row],
  });
  const pairs = copies.map(({ first, second, relation }) => ({
    image: placed(second),
    copyOf: placed(first),
    relation: describeRelation(relation),
  }));
  return { near: { pairs, compared, left }, copies };
}

/** The warnings, then the remedy: a pattern that was tried, else the list. */
export async function describeNearDuplicates(
  { near, copies }: FoundNearDuplicates,
  images: UsableImages,
  planned: PlannedSplit,
  options: RetrainOptions,
): Promise<Message[]> {
  if (near === undefined || copies.length === 0) return [];
  const remedy = await remedyFor(copies, images, planned, options);
  return [...nearDuplicateWarnings(near), ['info', `hint: ${remedy}`]];
}

async function remedyFor(
  copies: readonly Copy[],
  images: UsableImages,
  planned: PlannedSplit,
  options: RetrainOptions,
): Promise<string> {
  const list = nearDuplicatesFile(options);
  if (planned.dataset.presplit) {
    return options.manifest === undefined
      ? `move them into one split (${list} lists the pairs), or give one part as --image_dir, which is then split anew`
      : `give both images of each pair the same split in the table: ${list} lists the pairs`;
  }
  const numberOf = new Map(planned.files.map(({ path: file }, number) => [file, number]));
  const pairs = copies.map(
    ({ first, second }) =>
      [first, second].map((row) => numberOf.get(images.files[row].path)) as [number, number],
  );
  const named = [...new Set(copies.flatMap(({ first, second }) => [first, second]))];
  const origins = originsOf(images.files);
  const endings = endingPatterns(new Set(named.flatMap((row) => origins[row].endings)));
  const pattern = await patternFor(planned, pairs, endings, (tried) => checkFolds(tried, options));
  return pattern === undefined
    ? `move one of each pair away, or give each pair a group: ${list} lists the pairs`
    : `--group_by '${pattern}' keeps the images of each pair together, as tried on these files`;
}
