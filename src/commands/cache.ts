// imgdiag cache: what the bottleneck cache holds, and how to make it smaller.

import type { Command } from 'commander';
import { withExamples } from './arguments.ts';
import type { Context } from './context.ts';

interface Flags {
  bottleneck_dir?: string;
}

export function addCache(program: Command, { terminal }: Context): void {
  const cache = program
    .command('cache')
    .summary('look at, prune or clear the bottleneck cache')
    .description('Looks at, prunes or clears the bottleneck cache.');
  withExamples(cache, [
    'imgdiag cache info',
    'imgdiag cache prune --older_than 90d',
    'imgdiag cache clear',
  ]);
  const add = (name: string, summary: string) =>
    cache
      .command(name)
      .summary(summary)
      .description(`${summary[0].toUpperCase()}${summary.slice(1)}.`)
      .option('--bottleneck_dir <dir>', 'cache folder (default: the user cache directory)');

  add('info', 'print what the cache holds').action(async (flags: Flags) => {
    const { cacheInfo } = await import('../features/cache/admin.ts');
    const info = await cacheInfo(await rootOf(flags));
    terminal.result(`${info.root}: ${info.images} bottlenecks, ${megabytes(info.bytes)}`);
    for (const { extractor, runtime, images, bytes } of info.spaces) {
      const what = extractor === null ? 'damaged space.json' : `${extractor} on ${runtime}`;
      terminal.result(`  ${what}: ${images} bottlenecks, ${megabytes(bytes)}`);
    }
  });

  add('prune', 'remove what was not used for a while')
    .requiredOption('--older_than <age>', 'e.g. 90d; units s, m, h, d, w')
    .action(async (flags: Flags & { older_than: string }) => {
      const { parseAge, pruneCache } = await import('../features/cache/admin.ts');
      const removed = await pruneCache(await rootOf(flags), parseAge(flags.older_than), Date.now());
      terminal.result(`removed ${removed.records} bottlenecks, ${megabytes(removed.bytes)}`);
    });

  add('clear', 'remove all bottlenecks').action(async (flags: Flags) => {
    const { clearCache } = await import('../features/cache/admin.ts');
    const removed = await clearCache(await rootOf(flags));
    terminal.result(`removed ${removed.records} bottlenecks, ${megabytes(removed.bytes)}`);
  });
}

async function rootOf({ bottleneck_dir: folder }: Flags): Promise<string> {
  const { defaultCacheRoot } = await import('../features/cache/admin.ts');
  return folder ?? defaultCacheRoot(process.env, process.platform);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
