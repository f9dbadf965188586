// Loads a frozen TensorFlow graph as an extractor: where images enter, which node gives the features, and
// what else its file does not say.

import { stat } from 'node:fs/promises';
import path from 'node:path';
import { UnfitError, UsageError } from '../base/errors.ts';
import { MalformedError } from '../base/protobuf-read.ts';
import { readGraphDef, SavedModelError } from '../network/tensorflow/graph-def.ts';
import type { TfjsGraph } from '../network/tfjs/graph.ts';
import { type ExtractorSpec, MAX_IMAGE_SIZE, type Stated } from './extractor.ts';
import { readExtractorSpec } from './extractor-file.ts';
import { ARCHIVES, type ArchiveSource } from './fetch/sources.ts';
import type { ExtractorFiles } from './files.ts';
import { notGraph, readFrozenFile } from './frozen-file.ts';
import { choiceIn, NAMED, NAMED_BESIDE } from './import/choice.ts';
import { atEither, embeddingAt, lastMean } from './import/embedding.ts';
import { enterAtImages, entryOf } from './import/entry.ts';
import { settleSwitches } from './import/switches.ts';
import { only } from './import/topology.ts';
import { idOf, recipeOf, savedModelHint } from './recipe.ts';

/** What is said of a network beside its file; without a node, that is looked for. */
type Described = Omit<ExtractorSpec, 'embeddingNode' | 'featureSize'> & Partial<ExtractorSpec>;

/**
 * @param archives those that are known by their checksums
 * @throws UnfitError for what cannot be imported; UsageError where the user must say more
 */
export async function loadFrozenGraph(
  file: string,
  stated: Stated,
  archives = ARCHIVES,
): Promise<ExtractorFiles> {
  const { bytes, sums } = await readFrozenFile(file);
  const graph = settleSwitches(enterAtImages(parse(file, bytes)));
  const given: Described | undefined = (await specBeside(file)) ?? published(sums, archives);
  const entry = entryOf(graph);
  if (entry === undefined) {
    throw notGraph(
      file,
      'one that takes no images',
      'a network begins with a Placeholder or DecodeJpeg',
    );
  }
  const fixed = fixedSize(file, entry.size, stated.imageSize);
  const imageSize = fixed ?? given?.imageSize ?? stated.imageSize;
  if (imageSize === undefined) {
    throw new UsageError(`expected the size of the images that ${file} takes, found no fixed one`, {
      hint: 'say the one that it was trained at: --image_size 224 for most networks, 299 for Inception',
    });
  }
  const node = stated.embedding ?? given?.embeddingNode;
  const embedding = atEither(stated.imageSize, imageSize, (size) =>
    node === undefined ? lastMean(graph, size) : embeddingAt(graph, node, size),
  );
  const written = stated.embedding === undefined ? given?.featureSize : undefined;
  return {
    spec: {
      id: given?.id ?? idOf(file),
      imageSize,
      ...recipeOf(file, stated, given, entry.raw),
      ...(given?.fitting && { fitting: given.fitting }),
      embeddingNode: embedding.node,
      featureSize: written ?? embedding.featureSize,
      licence: given?.licence ?? 'not stated',
      source: given?.source ?? `a file with SHA-256 ${sums[0]}`,
    },
    weightsSha256: sums[0],
    network: { format: 'tensorflow', graph: only(graph, embedding.node) },
    choice: choiceIn(graph, embedding.node, whyOf(stated, node)),
  };
}

function whyOf({ embedding }: Stated, node: string | undefined): string {
  if (node === undefined) return 'the last mean over places on the way to the output';
  return embedding === undefined ? NAMED_BESIDE : NAMED;
}

function parse(file: string, bytes: Uint8Array): TfjsGraph {
  try {
    return readGraphDef(bytes);
  } catch (error) {
    if (error instanceof SavedModelError) {
      throw notGraph(file, 'a SavedModel', savedModelHint(path.dirname(file)), error);
    }
    if (error instanceof MalformedError) throw notGraph(file, error.message, undefined, error);
    throw error;
  }
}

/** extractor.json in the same folder, which then need not be there. */
async function specBeside(file: string): Promise<ExtractorSpec | undefined> {
  const folder = path.dirname(file);
  const isThere = await stat(path.join(folder, 'extractor.json')).then(
    () => true,
    () => false,
  );
  return isThere ? readExtractorSpec(folder) : undefined;
}

/** What its publisher says of an archive, whatever the file is called. */
function published(
  sums: readonly string[],
  archives: readonly ArchiveSource[],
): Described | undefined {
  const found = archives.find(({ checksum }) => sums.includes(checksum.hex));
  if (found === undefined) return undefined;
  const { id, imageSize, mean, std, licence, url } = found;
  return { id, imageSize, mean, std, licence, source: url };
}

/** The side of the images, if the graph takes only one. */
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
