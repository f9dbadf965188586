// The choice between both runtimes is the user's, or explained.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { UnfitError, UsageError } from '../../src/base/errors.ts';
import { openExtractorFiles } from '../../src/extractor/open.ts';
import { inputOf, openExtractor } from '../helpers/open-extractor.ts';
import { syntheticExtractor } from '../helpers/synthetic-extractor.ts';

const run = promisify(execFile);
const name = 'mobilenet_v1_025_224';
const FEATURES = 256;

const silent = (line: string) => assert.fail(`unexpected note: ${line}`);

describe('choosing', () => {
  test('auto takes ONNX Runtime, at the size the network was trained at', async () => {
    const extractor = await openExtractor({ name, engine: 'auto' }, silent);
    assert.deepEqual([extractor.engine, extractor.imageSize], ['onnx', 224]);
    await extractor.dispose();
  });

  test("a size that cannot be is refused by both, but not the network's own", async () => {
    const fixed = syntheticExtractor('flat', [-1, 96, 96, 3]);
    const other = { ...inputOf(fixed.spec), size: 100 };
    for (const engine of ['onnx', 'tfjs'] as const) {
      await assert.rejects(openExtractorFiles(fixed, { input: other, engine }, silent), UsageError);
    }
    const files = syntheticExtractor();
    const odd = { ...files, spec: { ...files.spec, imageSize: 99 } };
    const input = inputOf(odd.spec);
    const extractor = await openExtractorFiles(odd, { input, engine: 'onnx' }, silent);
    assert.equal(extractor.imageSize, 99);
    await extractor.dispose();
  });

  test('a network that cannot be imported is not silently run by the other engine', async () => {
    const files = syntheticExtractor('logits');
    const input = inputOf(files.spec);
    await assert.rejects(openExtractorFiles(files, { engine: 'auto', input }, silent), UnfitError);
  });
});

describe('without ONNX Runtime', () => {
  const url = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);

  /** What a child process in which onnxruntime-node fails with `code` prints. */
  async function openWithout(code: string, engine: string): Promise<Record<string, unknown>> {
    const script = `
      const { openExtractor } = await import(${url('../helpers/open-extractor.ts')});
      const notes = [];
      const result = await openExtractor({ name: '${name}', engine: '${engine}' }, (level, text) => notes.push(text)).then(
        async (extractor) => {
          const features = await extractor.embed(new Uint8Array(224 * 224 * 3), 1);
          return { engine: extractor.engine, length: features.length };
        },
        (error) => ({ name: error.name, code: error.code, message: error.message, hint: error.hint }),
      );
      process.stdout.write(JSON.stringify({ ...result, notes }));`;
    const helper = new URL('../helpers/without-onnx.mjs', import.meta.url).href;
    const args = ['--import', 'tsx', '--import', helper, '--input-type=module', '--eval', script];
    const env = { ...process.env, ONNX_FAILS: code };
    const { stdout, stderr } = await run(process.execPath, args, { env });
    assert.equal(stderr, '');
    return JSON.parse(stdout);
  }

  for (const code of ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND', 'ERR_DLOPEN_FAILED']) {
    test(`auto notes once that it takes TensorFlow.js (${code}), and nothing else is printed`, async () => {
      const { engine, length, notes } = await openWithout(code, 'auto');
      assert.deepEqual([engine, length], ['tfjs', FEATURES]);
      assert.ok(Array.isArray(notes) && notes.length === 1);
      assert.match(notes[0], /^ONNX Runtime \(onnxruntime-node\) .*: using @tensorflow\/tfjs-/);
      const isThere = code === 'ERR_DLOPEN_FAILED';
      assert.equal(notes[0].includes('npm install -g --ignore-scripts imgdiag'), !isThere);
      assert.ok(!notes[0].includes('\n'));
    });
  }

  test('onnx asked for by name is an error with its own code', async () => {
    const error = await openWithout('ERR_DLOPEN_FAILED', 'onnx');
    assert.deepEqual([error.name, error.code, error.notes], ['UnfitError', 'engine_missing', []]);
    assert.match(String(error.message), /^ONNX Runtime .* cannot be loaded/);
    assert.match(String(error.hint), /--engine tfjs/);
  });
});
