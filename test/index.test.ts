import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import {
  check,
  classify,
  evaluate,
  InputError,
  RETRAIN_DEFAULTS,
  retrain,
  UsageError,
} from '../src/index.ts';
import { makeFolder } from './helpers/make-folder.ts';
import { DIAGNOSE, HEALTHDIAG, LEG005, ROOT, TEST_CACHE } from './helpers/run-cli.ts';

/** A program as a user of the library writes it; it reports through a file. */
const PROGRAM = `
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  classifyImages, expandInputs, loadDecoder, openClassifier, RETRAIN_DEFAULTS, retrain,
} from 'imgdiag';

const [imageDir, images, modelDir, bottleneckDir, report] = process.argv.slice(1);
const options = {
  ...RETRAIN_DEFAULTS, image_dir: imageDir, model_dir: modelDir, bottleneck_dir: bottleneckDir,
};
const { manifest } = await retrain(options);
const classifier = await openClassifier({ modelDir });
const inputs = await expandInputs([images]);
const best = {};
for await (const { file, scores } of classifyImages(inputs, classifier, await loadDecoder())) {
  best[path.basename(file)] = scores[0].label;
}
await classifier.dispose();
writeFileSync(report, JSON.stringify({ labels: manifest.labels, best }));
`;

test('the library trains and classifies, and prints nothing', async (t) => {
  const folder = makeFolder(t);
  const report = path.join(folder, 'report.json');
  const bottlenecks = path.join(TEST_CACHE, 'imgdiag');
  const words = [HEALTHDIAG, DIAGNOSE, path.join(folder, 'model'), bottlenecks, report];
  // Inside the package its own name leads to what package.json exports.
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', PROGRAM, ...words],
    { cwd: ROOT },
  );
  assert.deepEqual([stdout, stderr], ['', '']);
  const { labels, best } = JSON.parse(readFileSync(report, 'utf8'));
  assert.deepEqual(labels, ['brokenleg', 'healthyleg']);
  assert.equal(Object.keys(best).length, 8);
  assert.deepEqual([best['leg005.jpg'], best['leg009.jpg']], ['brokenleg', 'healthyleg']);
});

test('errors are typed, and an aborted run throws the reason of its signal', async (t) => {
  const folder = makeFolder(t);
  const options = {
    ...RETRAIN_DEFAULTS,
    model_dir: path.join(folder, 'model'),
    bottleneck_dir: path.join(folder, 'cache'),
  };
  await assert.rejects(retrain({ ...options, image_dir: 'nowhere' }), InputError);
  const reason = new Error('enough');
  const signal = AbortSignal.abort(reason);
  await assert.rejects(retrain({ ...options, image_dir: HEALTHDIAG }, { signal }), reason);
});

test('a program is told of wrong options as the command line is, before any work', async () => {
  const wrong = { image_dir: 'nowhere', engine: 'cuda' as never };
  for (const work of [retrain, check, evaluate]) {
    await assert.rejects(work(wrong), UsageError);
    await assert.rejects(work({}), /expected --image_dir DIR or --manifest FILE, found neither/);
  }
  await assert.rejects(retrain({ image_dir: 'nowhere' }), InputError);
  await assert.rejects(classify('nowhere', LEG005, { maxPixels: 0 }).next(), UsageError);
});
