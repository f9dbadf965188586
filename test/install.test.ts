import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { makeFolder } from './helpers/make-folder.ts';
import { LEG005, ROOT, trainedModel } from './helpers/run-cli.ts';

const execute = promisify(execFile);
const WINDOWS = process.platform === 'win32';

/** npm, from the command line's own folder so that the checkout's .npmrc plays no part. */
function npm(cwd: string, ...words: string[]) {
  return execute('npm', [...words, '--no-audit', '--no-fund'], { cwd, shell: WINDOWS });
}

test('the packed tarball installs with and without install scripts, and classifies', async (t) => {
  const folder = makeFolder(t);
  await npm(ROOT, 'pack', '--pack-destination', folder);
  const [tarball] = readdirSync(folder);
  const model = await trainedModel();

  for (const [how, ignoreScripts] of [
    ['without scripts', 'true'],
    ['with scripts', 'false'],
  ]) {
    await t.test(how, async () => {
      const prefix = path.join(folder, how.replaceAll(' ', '-'));
      await npm(
        folder,
        'install',
        '--global',
        '--prefix',
        prefix,
        `--ignore-scripts=${ignoreScripts}`,
        `./${tarball}`,
      );
      const modules = path.join(prefix, WINDOWS ? '' : 'lib', 'node_modules');
      assert.ok(
        existsSync(path.join(modules, 'imgdiag', 'models', 'mobilenet_v1_025_224', 'SOURCE.md')),
      );
      assert.ok(existsSync(path.join(modules, 'imgdiag', 'fonts', 'dejavu-sans', 'LICENSE')));
      const program = path.join(prefix, WINDOWS ? 'imgdiag.cmd' : 'bin/imgdiag');
      const words = ['classify', '--model_dir', model, LEG005];
      const { stdout, stderr } = await execute(program, words, { cwd: folder, shell: WINDOWS });
      assert.match(stdout, /^brokenleg \(score = 0\.9\d{4}\)\nhealthyleg \(score = 0\.0\d{4}\)\n$/);
      // onnxruntime-node's own script fails where it cannot download, and npm then leaves it out.
      const runtime = path.join(modules, 'imgdiag', 'node_modules', 'onnxruntime-node');
      if (ignoreScripts === 'true') assert.ok(existsSync(runtime));
      const expected = existsSync(runtime)
        ? /^$/
        : /^ONNX Runtime \(onnxruntime-node\) is not installed: .*\n$/;
      assert.match(stderr, expected);
    });
  }
});
