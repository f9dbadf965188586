#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { oldNode, refuse } from './needs.mjs';

const program = new URL('../dist/cli.js', import.meta.url);
const folder = fileURLToPath(new URL('..', import.meta.url));

const problem = oldNode() || (existsSync(program) ? undefined : unbuilt());
if (problem) refuse(problem);
else import(program.href).then(start, refuseImport);

async function start({ main }) {
  // Not by process.exit: it waits for threads. After Ctrl-C, whatever is still busy is ended by main.
  process.exitCode = await main(process.argv.slice(2));
}

function unbuilt() {
  return [
    `expected imgdiag to be compiled, found no whole dist/ in ${folder}`,
    `in that folder: npm install --include=dev && npm run build`,
  ];
}

function refuseImport(error) {
  const found = /^Cannot find package '([^']+)'/.exec(error.message);
  // A compilation that was interrupted.
  if (!found && error.code === 'ERR_MODULE_NOT_FOUND') return refuse(unbuilt());
  if (!found) throw error;
  return refuse([
    `expected the package ${found[1]} beside imgdiag, found none from ${folder}`,
    'run npm install in that folder, or install imgdiag again',
  ]);
}
