// Loads a folder with a TensorFlow.js graph model as an extractor.

import { hashOfTfjsFiles, parseTfjsGraph, readTfjsFolder } from '../network/tfjs/graph.ts';
import type { ExtractorSpec, Stated } from './extractor.ts';
import { readExtractorSpec } from './extractor-file.ts';
import type { TfjsExtractor } from './files.ts';
import { choiceIn, NAMED } from './import/choice.ts';
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
  const { embedding: name = spec.embeddingNode, imageSize } = stated;
  const weightsSha256 = hashOfTfjsFiles(files);
  const network = { format: 'tfjs', ...files } as const;
  if (name === spec.embeddingNode) return { spec, weightsSha256, network };
  const graph = parseTfjsGraph(files);
  const found = atEither(imageSize, spec.imageSize, (size) => embeddingAt(graph, name, size));
  const choice = choiceIn(graph, found.node, NAMED);
  const { node: embeddingNode, featureSize } = found;
  return { spec: { ...spec, embeddingNode, featureSize }, weightsSha256, network, choice };
}
