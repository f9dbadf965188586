// Features of all images of a run: opens extractor, decoder and cache, and closes them again.

import { messageOf, WriteError } from '../base/errors.ts';
import type { Hashed } from '../data/hash-files.ts';
import type { FoundFile } from '../data/scan.ts';
import { type ExtractorFiles, loadExtractorFiles } from '../extractor/catalog.ts';
import { openExtractorFiles } from '../extractor/open.ts';
import { defaultCacheRoot } from '../features/cache/admin.ts';
import { type BottleneckCache, openCache } from '../features/cache/cache.ts';
import { extractFeatures, type FeatureStore, type FeatureTable } from '../features/extract.ts';
import { extractVariants, type VariantRequest, type VariantTable } from '../features/variants.ts';
import { loadDecoder } from '../images/decode.ts';
import { CACHED_PROPERTIES } from '../images/properties.ts';
import { createRecipe, damagedWarning, type Recipe, recipeId } from '../images/recipe.ts';
import type { RetrainEvents } from './events.ts';
import type { RetrainOptions } from './options/table.ts';

/** What made the features. */
export interface ExtractionSource {
  readonly extractor: ExtractorFiles;
  readonly recipe: Recipe;
  /** Package and version that did the arithmetic, and that decoded. */
  readonly runtime: string;
  readonly decoder: string;
}

type Files = readonly (FoundFile & Hashed)[];

/** Extractor, decoder and cache, held open; `close` it. */
export interface OpenExtraction {
  readonly source: ExtractionSource;
  /** Features and properties of the files as they are. */
  features(files: Files): Promise<FeatureTable>;
  /** Features of random variants; `onProgress` counts variants. Give training files only. */
  variants(
    files: Files,
    request: VariantRequest,
    onProgress?: (done: number, computed: number) => void,
  ): Promise<VariantTable>;
  close(): Promise<void>;
}

export async function openExtraction(
  options: RetrainOptions,
  events: RetrainEvents,
  signal: AbortSignal | undefined,
): Promise<OpenExtraction> {
  const network = await loadExtractorFiles(options.extractor);
  const decoder = await loadDecoder({ maxPixels: options.max_pixels });
  const { engine, image_size: imageSize } = options;
  const extractor = await openExtractorFiles(network, { engine, imageSize }, events.note);
  try {
    const recipe = createRecipe(extractor.imageSize, network.spec.inputRange, options.damaged);
    const cache = await openCache({
      root: options.bottleneck_dir ?? defaultCacheRoot(process.env, process.platform),
      featureSize: extractor.featureSize + CACHED_PROPERTIES.length,
      space: {
        extractor: extractor.id,
        weightsSha256: extractor.weightsSha256,
        engine: extractor.engine,
        runtime: extractor.runtime,
        decoder: decoder.version,
        recipe: recipeId(recipe),
        appended: CACHED_PROPERTIES,
      },
    });
    const store = forgiving(cache, events);
    const tools = { extractor, decoder, recipe, store, signal };
    return {
      source: {
        extractor: network,
        recipe,
        runtime: extractor.runtime,
        decoder: decoder.version,
      },
      features: (files) =>
        extractFeatures(files, {
          ...tools,
          onProgress: (done, computed) => events.progress(done, files.length, computed),
          onDamaged: (file) => events.note(damagedWarning(file)),
        }),
      variants: (files, request, onProgress = () => {}) =>
        extractVariants(files, { ...tools, onProgress }, request),
      async close() {
        try {
          await store.close();
        } finally {
          await extractor.dispose();
        }
      },
    };
  } catch (error) {
    await extractor.dispose();
    throw error;
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
    get: (key) => cache.get(key),
    put: (key, vector) => attempt(() => cache.put(key, vector)),
    async close() {
      await attempt(() => cache.close());
      if (cache.damaged > 0) {
        events.note(`${cache.damaged} damaged records in the bottleneck cache were computed anew`);
      }
    },
  };
}
