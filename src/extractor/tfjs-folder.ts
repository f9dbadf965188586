// Loads a folder with a TensorFlow.js graph model as an extractor.

import { hashOfTfjsFiles, parseTfjsGraph, readTfjsFolder } from '../network/tfjs/graph.ts';
import type { ExtractorSpec, Stated } from './extractor.ts';
import { readExtractorSpec } from './extractor-file.ts';
import type { TfjsExtractor } from './files.ts';
import { atEither, embeddingAt } from './import/embedding.ts';

/**
 * @param known what its extractor.json would say
 * @throws UnfitError for files that are missing or malformed
 */
export async function loadTfjsFolder(
  folder: string,
  stated: Stated,
  known?: ExtractorSpec,
): Promise<TfjsExtractor> {
  // What is no graph model would not become one by an extractor.json.
  const files = await readTfjsFolder(folder);
  const spec = known ?? (await readExtractorSpec(folder));
  const { embedding: node = spec.embeddingNode, imageSize } = stated;
  const find = (size: number) => embeddingAt(parseTfjsGraph(files), node, size);
  const other = node === spec.embeddingNode ? undefined : atEither(imageSize, spec.imageSize, find);
  return {
    spec: other ? { ...spec, embeddingNode: other.node, featureSize: other.featureSize } : spec,
    weightsSha256: hashOfTfjsFiles(files),
    network: { format: 'tfjs', ...files },
  };
}
