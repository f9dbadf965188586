// The JavaScript of the README, as it stands: it has the types that it needs, and it runs.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { makeFolder } from './helpers/make-folder.ts';
import { LEG005, ROOT, trainedModel } from './helpers/run-cli.ts';
import { LEG009 } from './helpers/runs.ts';

const run = promisify(execFile);
const TSC = path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
const FLAGS = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023'];
const TYPES = ['--types', 'node', '--typeRoots', path.join(ROOT, 'node_modules', '@types')];

/** The first indented block of the README with the import of the library in it. */
function exampleOf(readme: string): string {
  const blocks = readme.split(/^(?=\S)/m).map((part) => part.slice(part.indexOf('\n') + 1));
  const found = blocks.find((block) => /^ {4}import .* from 'imgdiag';$/m.test(block)) ?? '';
  return found.replaceAll(/^ {4}/gm, '').trim();
}

test('the JavaScript example of the README has at most ten lines, type-checks and runs', async (t) => {
  const example = exampleOf(readFileSync(path.join(ROOT, 'README.md'), 'utf8'));
  assert.match(example, /for await \(const \{ file, scores, error \} of classify\(/);
  assert.ok(example.split('\n').length <= 10);

  const folder = makeFolder(t, { 'new_xrays/notes.txt': 'no image', 'node_modules/': '' });
  symlinkSync(ROOT, path.join(folder, 'node_modules', 'imgdiag'), 'junction');
  cpSync(await trainedModel(), path.join(folder, 'imgdiag_model'), { recursive: true });
  copyFileSync(LEG005, path.join(folder, 'leg005.jpg'));
  copyFileSync(LEG009, path.join(folder, 'new_xrays', 'leg009.jpg'));
  for (const name of ['example.mts', 'example.mjs']) {
    writeFileSync(path.join(folder, name), example);
  }

  const { stdout: complaints } = await run(
    process.execPath,
    [TSC, ...FLAGS, ...TYPES, 'example.mts'],
    { cwd: folder },
  );
  assert.equal(complaints, '');
  const { stdout, stderr } = await run(process.execPath, ['example.mjs'], { cwd: folder });
  assert.equal(stderr, '');
  const [first, second, third, ...rest] = stdout.trim().split('\n');
  assert.match(first, /^leg005\.jpg \{ label: 'brokenleg', score: 0\.9\d+ \}$/);
  assert.match(second, /^new_xrays.leg009\.jpg \{ label: 'healthyleg', score: 0\.\d+ \}$/);
  assert.match(third, /^new_xrays.notes\.txt expected an image, found text$/);
  assert.deepEqual(rest, []);
});
