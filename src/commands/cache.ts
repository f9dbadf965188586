// imgdiag cache: shows, prunes and clears the feature cache.

import type { Given } from '../options/commands.ts';
import { withDefaults } from '../options/validate.ts';
import type { Context } from './context.ts';

type CacheOptions = Given<'cache info'>;

export async function cacheInfoCommand(given: CacheOptions, { terminal }: Context): Promise<void> {
  const { cacheInfo } = await import('../features/cache/admin.ts');
  const info = await cacheInfo(await rootOf(withDefaults('cache info', given)));
  terminal.result(`${info.root}: ${features(info.images)}, ${megabytes(info.bytes)}`);
  for (const { extractor, runtime, images, bytes } of info.spaces) {
    const what = extractor === null ? 'damaged space.json' : `${extractor} on ${runtime}`;
    terminal.result(`  ${what}: ${features(images)}, ${megabytes(bytes)}`);
  }
}

export async function cachePruneCommand(
  given: Given<'cache prune'>,
  { terminal }: Context,
): Promise<void> {
  const { parseAge, pruneCache } = await import('../features/cache/admin.ts');
  const options = withDefaults('cache prune', given);
  const age = parseAge(options.older_than as string);
  const removed = await pruneCache(await rootOf(options), age, Date.now());
  terminal.result(`removed ${features(removed.records)}, ${megabytes(removed.bytes)}`);
}

export async function cacheClearCommand(given: CacheOptions, { terminal }: Context): Promise<void> {
  const { clearCache } = await import('../features/cache/admin.ts');
  const removed = await clearCache(await rootOf(withDefaults('cache clear', given)));
  terminal.result(`removed ${features(removed.records)}, ${megabytes(removed.bytes)}`);
}

async function rootOf({ bottleneck_dir: folder }: CacheOptions): Promise<string> {
  const { defaultCacheRoot } = await import('../features/cache/admin.ts');
  return folder ?? defaultCacheRoot(process.env, process.platform);
}

function features(images: number | null): string {
  return images === null
    ? 'features of images whose number cannot be told'
    : `features of ${images} images`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
