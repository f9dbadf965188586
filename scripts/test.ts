// Runs every test file, each in a process of its own, as many at once as there are cores; words given
// on the command line keep only the files whose path holds one.

import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { run } from 'node:test';
import { spec, tap } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';

/** What takes longest comes first, so that no core waits for it at the end. */
const LONG = ['shared', 'commands/interrupted', 'install', 'leak', 'commands'].map(path.normalize);

const root = fileURLToPath(new URL('..', import.meta.url));
const words = process.argv.slice(2);
const rank = (file: string) => {
  const at = LONG.findIndex((start) => file.startsWith(start));
  return at < 0 ? LONG.length : at;
};
const files = readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
  .sort()
  .sort((a, b) => rank(a) - rank(b))
  .map((file) => path.join(root, 'test', file));
if (files.length === 0) {
  console.error(`error: no test file has ${words.join(' or ')} in its path`);
  process.exit(2);
}
process.chdir(root);
run({ files, concurrency: availableParallelism() })
  .on('test:fail', () => {
    process.exitCode = 1;
  })
  .compose(process.stdout.isTTY ? new spec() : tap)
  .pipe(process.stdout);
