// Whether the development tools are there: an error if not. With the word `prepare`, as npm runs it where
// imgdiag is installed from git or in a checkout: compiles it if they are, and never makes an
// installation fail.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { devDependencies, isOlder, oldNode, refuse } from '../bin/needs.mjs';

/** What compiles, runs, tests and checks; other packages are for single tests. */
const TOOLS = ['typescript', 'tsx', '@biomejs/biome'];

const problem = oldNode() || TOOLS.map(problemWith).find((found) => found !== undefined);
if (process.argv[2] === 'prepare') prepare();
else if (problem) refuse(problem);

function problemWith(tool) {
  const needed = devDependencies[tool].replace('^', '');
  const found = versionOf(tool);
  const fits = found && found.split('.')[0] === needed.split('.')[0] && !isOlder(found, needed);
  if (fits) return undefined;
  return [
    `expected the development tool ${tool} ${devDependencies[tool]}, found ${found || 'none'}`,
    'npm install --include=dev, and run the same command again',
  ];
}

function versionOf(tool) {
  const file = new URL(`../node_modules/${tool}/package.json`, import.meta.url);
  try {
    return JSON.parse(readFileSync(file, 'utf8')).version;
  } catch (_) {
    return undefined;
  }
}

function prepare() {
  const reason = problem ? problem[0] : build();
  if (reason) console.error(`imgdiag is not compiled: ${reason}`);
}

function build() {
  const script = fileURLToPath(new URL('build.ts', import.meta.url));
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', script], { stdio: 'inherit' });
  return status === 0 ? undefined : 'its sources do not compile: npm run build';
}
