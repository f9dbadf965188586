// Features of all images of a run: opens extractor, decoder and cache, and closes them again.

import { messageOf, WriteError } from '../base/errors.ts';
import { type BottleneckCache, openCache } from '../features/cache.ts';
import { defaultCacheRoot } from '../features/cache-admin.ts';
import { type ExtractorFiles, loadExtractorFiles } from '../features/catalog.ts';
import { openExtractorFiles } from '../features/engine.ts';
import { extractFeatures, type FeatureStore, type FeatureTable } from '../features/extract.ts';
import { loadDecoder } from '../images/decode.ts';
import { createRecipe, type Recipe, recipeId } from '../images/recipe.ts';
import type { LabelledFile } from '../images/scan.ts';
import type { RetrainOptions } from './options.ts';
import type { RetrainEvents } from './retrain.ts';

export interface Extraction {
  readonly table: FeatureTable;
  readonly extractor: ExtractorFiles;
  readonly recipe: Recipe;
  /** Package and version that did the arithmetic, and that decoded. */
  readonly runtime: string;
  readonly decoder: string;
}

export async function extractCached(
  files: readonly (LabelledFile & { readonly sha256: string })[],
  options: RetrainOptions,
  events: RetrainEvents,
  signal: AbortSignal | undefined,
): Promise<Extraction> {
  const network = await loadExtractorFiles(options.extractor);
  const decoder = await loadDecoder();
  const extractor = await openExtractorFiles(network, options, events.note);
  try {
    const recipe = createRecipe(extractor.imageSize, network.spec.inputRange);
    const cache = await openCache({
      root: options.bottleneckDir ?? defaultCacheRoot(process.env, process.platform),
      featureSize: extractor.featureSize,
      space: {
        extractor: extractor.id,
        weightsSha256: extractor.weightsSha256,
        engine: extractor.engine,
        runtime: extractor.runtime,
        decoder: decoder.version,
        recipe: recipeId(recipe),
      },
    });
    const store = forgiving(cache, events);
    try {
      const table = await extractFeatures(files, {
        extractor,
        decoder,
        recipe,
        store,
        signal,
        onProgress: (done, computed) => events.progress(done, files.length, computed),
      });
      return {
        table,
        extractor: network,
        recipe,
        runtime: extractor.runtime,
        decoder: decoder.version,
      };
    } finally {
      await store.close();
    }
  } finally {
    await extractor.dispose();
  }
}

/** A cache that cannot be written costs time, not the run: it is said once, and work goes on. */
function forgiving(
  cache: BottleneckCache,
  events: RetrainEvents,
): FeatureStore & { close(): Promise<void> } {
  const attempt = async (write: () => Promise<void>) => {
    try {
      await write();
    } catch (error) {
      if (!(error instanceof WriteError)) throw error;
      events.note(`warning: bottlenecks are not kept: ${messageOf(error)} (${error.hint})`);
    }
  };
  return {
    get: (sha256) => cache.get(sha256),
    put: (sha256, features) => attempt(() => cache.put(sha256, features)),
    async close() {
      await attempt(() => cache.close());
      if (cache.damaged > 0) {
        events.note(`${cache.damaged} damaged records in the bottleneck cache were computed anew`);
      }
    },
  };
}
