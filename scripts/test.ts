// Runs every test file, as many at once as there are cores; words given on the command line keep
// only the files whose path holds one.

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { run } from 'node:test';
import { spec, tap } from 'node:test/reporters';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** What takes longest comes first, so that no core waits for it at the end. */
const LONG = ['shared', 'commands-retrain', 'commands-interrupted', 'install', 'leak', 'commands'];

const root = fileURLToPath(new URL('..', import.meta.url));
const words = process.argv.slice(2);
const files = readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
  .sort();
if (files.length === 0) {
  console.error(`error: no test file has ${words.join(' or ')} in its path`);
  process.exit(2);
}

/**
 * Files that share a process, by its name: those of a room, or of a command. A start of Node.js and
 * of the runtimes, with a cold compiler, costs more than what most files do.
 */
const processes = new Map<string, string[]>();
for (const file of files) {
  const [room, name] = file.split(path.sep);
  const command = /^\w+/.exec(name ?? '');
  const key = room === 'commands' ? `${room}-${command}` : room;
  processes.set(key, [...(processes.get(key) ?? []), file]);
}
const rank = (key: string) => {
  const at = LONG.findIndex((start) => key.startsWith(start));
  return at < 0 ? LONG.length : at;
};
const folder = mkdtempSync(path.join(tmpdir(), 'imgdiag-tests-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const entries = [...processes]
  .sort(([a], [b]) => rank(a) - rank(b))
  .map(([key, members]) => {
    const entry = path.join(folder, `${key}.mjs`);
    const imports = members.map((file) => pathToFileURL(path.join(root, 'test', file)).href);
    writeFileSync(entry, imports.map((url) => `import '${url}';\n`).join(''));
    return entry;
  });

process.chdir(root);
run({ files: entries, concurrency: availableParallelism() })
  .on('test:fail', () => {
    process.exitCode = 1;
  })
  .compose(process.stdout.isTTY ? new spec() : tap)
  .pipe(process.stdout);
