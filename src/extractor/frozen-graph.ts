// Loads a frozen TensorFlow graph as an extractor: where images enter, which node gives the features, and
// what else its file does not say.

import path from 'node:path';
import { MalformedError } from '../base/protobuf-read.ts';
import { readGraphDef, SavedModelError } from '../network/tensorflow/graph-def.ts';
import type { TfjsGraph } from '../network/tfjs/graph.ts';
import { imageSizeOf, published, specBeside, specOf } from './described.ts';
import type { Stated } from './extractor.ts';
import { ARCHIVES } from './fetch/sources.ts';
import type { ExtractorFiles } from './files.ts';
import { notGraph, readFrozenFile } from './frozen-file.ts';
import { choiceIn, NAMED, NAMED_BESIDE } from './import/choice.ts';
import { atEither, embeddingAt, lastMean } from './import/embedding.ts';
import { enterAtImages, entryOf } from './import/entry.ts';
import { settleSwitches } from './import/switches.ts';
import { only } from './import/topology.ts';
import { savedModelHint } from './recipe.ts';

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
  const given = (await specBeside(path.dirname(file))) ?? published(sums, archives);
  const entry = entryOf(graph);
  if (entry === undefined) {
    throw notGraph(
      file,
      'one that takes no images',
      'a network begins with a Placeholder or DecodeJpeg',
    );
  }
  const imageSize = imageSizeOf(file, entry.size, given, stated);
  const node = stated.embedding ?? given?.embeddingNode;
  const embedding = atEither(stated.imageSize, imageSize, (size) =>
    node === undefined ? lastMean(graph, size) : embeddingAt(graph, node, size),
  );
  return {
    spec: specOf({ file, sha256: sums[0], imageSize, raw: entry.raw, ...embedding }, given, stated),
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
