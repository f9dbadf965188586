// What is said before the first import: nothing of imgdiag runs yet.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { makeFolder } from './helpers/make-folder.ts';
import { ROOT } from './helpers/run-cli.ts';

/** A checkout without dist and node_modules. */
function makeCheckout(t: TestContext, node = '>=20.19'): string {
  const folder = makeFolder(t);
  for (const part of ['bin', 'scripts']) {
    cpSync(path.join(ROOT, part), path.join(folder, part), { recursive: true });
  }
  const saved = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const file = path.join(folder, 'package.json');
  writeFileSync(file, JSON.stringify({ ...saved, engines: { node } }));
  return folder;
}

function makePackage(folder: string, name: string, version: string): void {
  const place = path.join(folder, 'node_modules', name);
  mkdirSync(place, { recursive: true });
  writeFileSync(path.join(place, 'package.json'), JSON.stringify({ version }));
}

function node(folder: string, ...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, words, {
    cwd: folder,
    encoding: 'utf8',
  });
  return { code: status, stdout, stderr };
}

const CLI = path.join('bin', 'imgdiag.mjs');
const TOOLS = path.join('scripts', 'tools.mjs');

test('when Node.js is too old, then one sentence says which is there and which is needed', (t) => {
  const folder = makeCheckout(t, '>=98.7');
  const { version } = process;
  const needed = `expected Node.js 98.7 or newer, found ${version.slice(1)}\n`;
  for (const words of [[CLI, '--version'], [TOOLS]]) {
    const { code, stdout, stderr } = node(folder, ...words);
    assert.deepEqual([code, stdout], [4, '']);
    assert.match(stderr, new RegExp(`^error: ${needed}hint: .*nodejs\\.org.*\n$`));
  }
  assert.equal(
    node(folder, TOOLS, 'prepare').stderr,
    `imgdiag is not compiled: ${needed}`,
    'prepare says the same',
  );
});

test('when the checkout is not compiled, then the program says so and how', (t) => {
  const folder = makeCheckout(t);
  const { code, stdout, stderr } = node(folder, CLI, '--version');
  mkdirSync(path.join(folder, 'dist'));
  writeFileSync(path.join(folder, 'dist', 'cli.js'), "import './not-compiled-yet.js';\n");
  assert.equal(node(folder, CLI, '--version').stderr, stderr, 'the same for a part of it');
  assert.deepEqual([code, stdout], [4, '']);
  assert.match(stderr, /^error: .*found no whole dist\/ in .*\nhint: .*npm run build\n$/);
});

test('when a package is missing beside the program, then it is named', (t) => {
  const folder = makeCheckout(t);
  mkdirSync(path.join(folder, 'dist'));
  writeFileSync(path.join(folder, 'dist', 'cli.js'), "import 'no-such-package-anywhere';\n");
  const { code, stderr } = node(folder, CLI, '--version');
  assert.equal(code, 4);
  assert.match(stderr, /^error: expected the package no-such-package-anywhere .*\nhint: .*\n$/);
});

test('when a development tool is missing or too old, then prepare says so and ends with 0', (t) => {
  const folder = makeCheckout(t);
  const missing = node(folder, TOOLS);
  assert.equal(missing.code, 4);
  assert.match(
    missing.stderr,
    /^error: expected the development tool typescript \^\d.*found none\n/,
  );
  const { code, stderr } = node(folder, TOOLS, 'prepare');
  assert.equal(code, 0);
  assert.match(stderr, /^imgdiag is not compiled: expected the development tool typescript .*\n$/);

  makePackage(folder, 'typescript', '4.9.5');
  assert.match(node(folder, TOOLS).stderr, /tool typescript \^\d\S*, found 4\.9\.5\n/);
});

test('when the sources do not compile, then prepare still ends with 0', (t) => {
  const folder = makeCheckout(t);
  const { devDependencies } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  for (const name of ['typescript', 'tsx', '@biomejs/biome']) {
    makePackage(folder, name, devDependencies[name].replace('^', ''));
  }
  const { code, stderr } = node(folder, TOOLS, 'prepare');
  assert.equal(code, 0);
  assert.match(stderr, /imgdiag is not compiled: its sources do not compile/);
});
