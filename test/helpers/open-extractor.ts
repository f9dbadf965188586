// A catalogued extractor opened by name and size.

import type { OnMessage } from '../../src/base/messages.ts';
import { loadExtractorFiles } from '../../src/extractor/catalog.ts';
import type { EngineChoice, Extractor, ExtractorSpec } from '../../src/extractor/extractor.ts';
import { openExtractorFiles } from '../../src/extractor/open.ts';
import type { NetworkInput } from '../../src/images/preprocessing.ts';

/** @param size default: the one that it was trained at */
export function inputOf({ mean, std, imageSize }: ExtractorSpec, size = imageSize): NetworkInput {
  return { size, mean, std };
}

export async function openExtractor(
  { name, imageSize, engine }: { name: string; imageSize?: number; engine: EngineChoice },
  onMessage?: OnMessage,
): Promise<Extractor> {
  const files = await loadExtractorFiles(name);
  return openExtractorFiles(files, { engine, input: inputOf(files.spec, imageSize) }, onMessage);
}
