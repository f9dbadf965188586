// What must be there before the first import. Node.js 12 understands this file, so that it can say more
// than where the syntax of another one is too new for it.

import { readFileSync } from 'node:fs';

/** Exit code of a tool that does not fit. */
const UNFIT = 4;

export const { engines, devDependencies } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
);

/** Why this Node.js will not do, and the remedy; undefined where it will. */
export function oldNode() {
  const needed = engines.node.replace('>=', '');
  if (!isOlder(process.versions.node, needed)) return undefined;
  return [
    `expected Node.js ${needed} or newer, found ${process.versions.node}`,
    'install a newer one from https://nodejs.org, and run the same command again',
  ];
}

/** Compares versions such as `20.19` and `20.19.4`. */
export function isOlder(found, needed) {
  const parts = found.split('.').map(Number);
  const at = needed.split('.').findIndex((part, index) => Number(part) !== (parts[index] || 0));
  return at >= 0 && (parts[at] || 0) < Number(needed.split('.')[at]);
}

/** Ends the program with one sentence. */
export function refuse([sentence, hint]) {
  process.stderr.write(`error: ${sentence}\nhint: ${hint}\n`);
  process.exitCode = UNFIT;
}
