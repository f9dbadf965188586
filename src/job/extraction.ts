// Extracts the features of all images of a run; opens and closes extractor, decoder and cache.

import { type ImgdiagError, messageOf, UsageError, WriteError } from '../base/errors.ts';
import type { OnMessage } from '../base/messages.ts';
import type { Classifier } from '../classify/classifier.ts';
import type { HashedFiles } from '../data/hash-files.ts';
import type { FoundFile } from '../data/scan.ts';
import { isEmbedded, loadExtractorFiles } from '../extractor/catalog.ts';
import type { Extractor } from '../extractor/extractor.ts';
import { fetchableName } from '../extractor/fetch/sources.ts';
import { findFetched } from '../extractor/fetch/stored.ts';
import type { ExtractorFiles } from '../extractor/files.ts';
import { openExtractorFiles } from '../extractor/open.ts';
import { defaultCacheRoot } from '../features/cache/admin.ts';
import { type CacheOptions, openCache } from '../features/cache/cache.ts';
import {
  type ExtractionTools,
  extractFeatures,
  type FeatureStore,
  type FeatureTable,
} from '../features/extract.ts';
import { extractVariants, type VariantRequest, type VariantTable } from '../features/variants.ts';
import { damagedWarning, loadDecoder } from '../images/decode.ts';
import type { Preprocessing } from '../images/preprocessing.ts';
import { CACHED_PROPERTIES } from '../images/properties.ts';
import { storedNotes } from '../images/stored-notes.ts';
import { parseMean, parseStd } from '../options/channels.ts';
import type { RetrainOptions } from '../options/commands.ts';
import { type PreprocessingOptions, preprocessingOf } from './preprocessing.ts';
import type { JobTools } from './tools.ts';

/** What the features were computed with. */
export interface ExtractionSource {
  readonly extractor: ExtractorFiles;
  readonly preprocessing: Preprocessing;
  /** Packages and versions of inference engine and decoder. */
  readonly runtime: string;
  readonly decoder: string;
  readonly imagesAtOnce: Extractor['imagesAtOnce'];
}

/** Open extractor, decoder and cache; must be closed. */
export interface OpenExtraction {
  readonly source: ExtractionSource;
  /** Features and metadata of the files, with a message for each file that cannot be used. */
  features(found: HashedFiles<FoundFile>): Promise<FeatureTable>;
  /** Features of random variants; for training files only. */
  variants(files: HashedFiles<FoundFile>['files'], request: VariantRequest): Promise<VariantTable>;
  /** How long the network takes for one image, as of now. */
  milliseconds(): Promise<number>;
  /** Also where it is closed already. */
  close(): Promise<void>;
}

export type ExtractionOptions = Pick<
  RetrainOptions,
  'extractor' | 'embedding' | 'token' | 'allow_fetch' | 'engine' | 'bottleneck_dir' | 'max_pixels'
> &
  PreprocessingOptions;

export async function openExtraction(
  options: ExtractionOptions,
  listener: JobTools = {},
): Promise<OpenExtraction> {
  const { onMessage, signal } = listener;
  if (options.allow_fetch) await fetchMissing(options.extractor, listener);
  const network = await loadExtractorFiles(options.extractor, {
    embedding: options.embedding,
    token: options.token,
    imageSize: options.image_size,
    mean: parseMean(options.mean ?? ''),
    std: parseStd(options.std ?? ''),
  });
  const decoder = await loadDecoder({ maxPixels: options.max_pixels });
  const asCatalogued = isEmbedded(options.extractor) && options.embedding === undefined;
  const { engine } = options;
  const preprocessing = preprocessingOf(network.spec, options);
  const extractor = await openExtractorFiles(network, { engine, input: preprocessing }, onMessage);
  const { pixel_range: _, ...shared } = preprocessing;
  try {
    const root = options.bottleneck_dir ?? defaultRoot(onMessage);
    const store =
      root === undefined
        ? NO_STORE
        : await openStore(
            {
              root,
              isDefault: options.bottleneck_dir === undefined,
              featureSize: extractor.featureSize + CACHED_PROPERTIES.length,
              space: {
                extractor: extractor.id,
                weightsSha256: extractor.weightsSha256,
                embedding: asCatalogued ? undefined : network.spec.embeddingNode,
                token: network.spec.token,
                engine: extractor.engine,
                runtime: extractor.runtime,
                decoder: decoder.version,
                preprocessing: shared,
                appended: CACHED_PROPERTIES,
              },
            },
            onMessage,
          );
    const tools = { extractor, decoder, preprocessing, store, signal };
    let closed: Promise<void> | undefined;
    return {
      source: {
        extractor: network,
        preprocessing,
        runtime: extractor.runtime,
        decoder: decoder.version,
        imagesAtOnce: extractor.imagesAtOnce,
      },
      features: (found) => featuresOf(found, tools, 'extracting features', listener),
      variants: (files, request) => extractVariants(files, tools, request),
      milliseconds: () => timeOf(extractor),
      close() {
        closed ??= store.close().finally(() => extractor.dispose());
        return closed;
      },
    };
  } catch (error) {
    await extractor.dispose();
    throw error;
  }
}

/** By the second of two equal batches: the first also makes room. */
async function timeOf(extractor: Extractor): Promise<number> {
  const count = 8;
  const pixels = new Uint8Array(count * extractor.imageSize ** 2 * 3);
  await extractor.embed(pixels, count);
  const start = performance.now();
  await extractor.embed(pixels, count);
  return (performance.now() - start) / count;
}

/** Downloads a network that can be fetched by its name, and is not here. */
async function fetchMissing(name: string, { onProgress, signal }: JobTools): Promise<void> {
  if (fetchableName(name) === undefined || (await findFetched(name)) !== undefined) return;
  const { fetchNetwork } = await import('../extractor/fetch/fetch.ts');
  await fetchNetwork(name, {
    signal,
    onProgress: (done, total) => onProgress?.(`fetching ${name} (MB)`, done, total),
  });
}

/**
 * Features by the network of a saved model, without the cache, which an untrusted model must not fill.
 */
export async function modelFeatures(
  { manifest, predict }: Classifier,
  found: HashedFiles<FoundFile>,
  listener: JobTools,
): Promise<FeatureTable> {
  const tools = {
    extractor: {
      featureSize: manifest.extractor.feature_size,
      embed: async (images: Uint8Array, count: number) => (await predict(images, count)).features,
    },
    decoder: await loadDecoder(),
    preprocessing: manifest.preprocessing,
    store: NO_STORE,
    signal: listener.signal,
  };
  return featuresOf(found, tools, 'scoring images', listener);
}

/** Adds the failures of hashing to those of the table, with a message for each. */
async function featuresOf(
  found: HashedFiles<FoundFile>,
  tools: ExtractionTools,
  what: 'extracting features' | 'scoring images',
  { onMessage, onProgress }: JobTools,
): Promise<FeatureTable> {
  const { files } = found;
  const table = await extractFeatures(files, {
    ...tools,
    onProgress(done, computed) {
      if (computed > 0) onProgress?.(what, done, files.length);
    },
    onDamaged: (file) => onMessage?.('warning', damagedWarning(file)),
  });
  const failures = [...found.failures, ...table.failures];
  if (what === 'extracting features') {
    const total = files.length + found.failures.length;
    const also = failures.length > 0 ? `, ${failures.length} skipped` : '';
    onMessage?.(
      'info',
      `${total} images: ${table.cached} cached, ${table.computed} computed${also}`,
    );
  }
  for (const { path, error } of failures) {
    onMessage?.('warning', `skipped ${path}: ${messageOf(error)} (${error.hint})`);
  }
  if (failures.length > 0) onMessage?.('warning', `files skipped: ${failures.length}`);
  const spare = files
    .filter((file, row) => file.spare && table.usable[row])
    .map(({ path }) => path);
  const { largest } = table;
  for (const note of storedNotes(tools.preprocessing, { largest, spare })) onMessage?.(...note);
  return { ...table, failures };
}

/** Where nothing is cached. */
const NO_STORE = { get: () => undefined, put: async () => {}, close: async () => {} };

/** Undefined, with a warning, where the user has no home folder. */
function defaultRoot(onMessage: OnMessage | undefined): string | undefined {
  try {
    return defaultCacheRoot(process.env, process.platform);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    onMessage?.('warning', notCached(error));
    return undefined;
  }
}

function notCached(error: ImgdiagError): string {
  return `features are not cached: ${messageOf(error)} (${error.hint})`;
}

/** A cache that cannot be written does not stop the run: a warning, and work goes on. */
async function openStore(
  options: CacheOptions,
  onMessage: OnMessage | undefined,
): Promise<FeatureStore & { close(): Promise<void> }> {
  const cache = await openCache(options, onMessage);
  const attempt = async (write: () => Promise<void>) => {
    try {
      await write();
    } catch (error) {
      if (!(error instanceof WriteError)) throw error;
      onMessage?.('warning', notCached(error));
    }
  };
  return {
    get: (key) => cache.get(key),
    put: (key, vector) => attempt(() => cache.put(key, vector)),
    async close() {
      await attempt(() => cache.close());
      if (cache.damaged > 0) {
        onMessage?.(
          'info',
          `${cache.damaged} damaged records of the feature cache were recomputed`,
        );
      }
    },
  };
}
