// What is known of a network beside its file, joined to what the file and the user say.

import { stat } from 'node:fs/promises';
import path from 'node:path';
import { UnfitError, UsageError } from '../base/errors.ts';
import { type ExtractorSpec, MAX_IMAGE_SIZE, type Stated } from './extractor.ts';
import { readExtractorSpec } from './extractor-file.ts';
import type { ArchiveSource } from './fetch/sources.ts';
import { idOf, recipeOf } from './recipe.ts';

/** What is said of a network; what is not said is looked for, or asked for. */
export type Described = Partial<ExtractorSpec>;

/** extractor.json in the folder of a network, which then need not be there. */
export async function specBeside(folder: string): Promise<ExtractorSpec | undefined> {
  const isThere = await stat(path.join(folder, 'extractor.json')).then(
    () => true,
    () => false,
  );
  return isThere ? readExtractorSpec(folder) : undefined;
}

/** What its publisher says of an archive, whatever the file is called. */
export function published(
  sums: readonly string[],
  archives: readonly ArchiveSource[],
): Described | undefined {
  const found = archives.find(({ checksum }) => sums.includes(checksum.hex));
  if (found === undefined) return undefined;
  const { id, imageSize, mean, std, licence, url } = found;
  return { id, imageSize, mean, std, licence, source: url };
}

/** What was found in the file of a network. */
export interface FoundNetwork {
  /** What the user gave. */
  readonly file: string;
  readonly sha256: string;
  readonly imageSize: number;
  /** It takes pixel values 0..255 as they are. */
  readonly raw: boolean;
  /** What gives the features, and how many. */
  readonly node: string;
  readonly featureSize: number;
}

/** @throws UsageError where nobody says how it wants its pixel values */
export function specOf(
  { file, sha256, imageSize, raw, node, featureSize }: FoundNetwork,
  given: Described | undefined,
  stated: Stated,
): ExtractorSpec {
  const written = stated.embedding === undefined ? given?.featureSize : undefined;
  return {
    id: given?.id ?? idOf(file),
    imageSize,
    ...recipeOf(file, stated, given, raw),
    ...(given?.fitting && { fitting: given.fitting }),
    embeddingNode: node,
    featureSize: written ?? featureSize,
    licence: given?.licence ?? 'not stated',
    source: given?.source ?? `a file with SHA-256 ${sha256}`,
  };
}

/**
 * The side of the images that a network was trained at.
 * @param fixed height and width, if it takes only one size
 * @throws UnfitError for what is no square; UsageError where nobody says it
 */
export function imageSizeOf(
  file: string,
  fixed: readonly [number, number] | undefined,
  given: Described | undefined,
  stated: Stated,
): number {
  const imageSize =
    fixedSize(file, fixed, stated.imageSize) ?? given?.imageSize ?? stated.imageSize;
  if (imageSize !== undefined) return imageSize;
  throw new UsageError(`expected the size of the images that ${file} takes, found no fixed one`, {
    hint: 'say the one that it was trained at: --image_size 224 for most networks, 299 for Inception',
  });
}

/** The side of the images, if the network takes only one. */
function fixedSize(
  file: string,
  fixed: readonly [number, number] | undefined,
  stated: number | undefined,
): number | undefined {
  if (fixed === undefined) return undefined;
  const [height, width] = fixed;
  if (height !== width || height > MAX_IMAGE_SIZE) {
    throw new UnfitError(
      `expected a network that takes square images of up to ${MAX_IMAGE_SIZE} pixels, found one of ${height}x${width} in ${file}`,
      { hint: 'use another feature extractor' },
    );
  }
  if (stated === undefined || stated === height) return height;
  throw new UsageError(
    `expected --image_size ${height}, the only one that ${file} takes, found ${stated}`,
    { hint: 'leave --image_size out' },
  );
}
