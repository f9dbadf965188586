// `--damaged use`: files that are truncated or have wrong checksums, in training and in classifying.

import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { encode } from 'bmp-ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { makeScene } from '../helpers/make-images.ts';
import { HEALTHDIAG, imgdiag, retrainQuickly } from '../helpers/run-cli.ts';
import { manifestOf } from '../helpers/runs.ts';

/** The drawn legs, of which the first of each label lacks its last tenth; a PNG and a BMP, likewise. */
async function makeImages(t: TestContext): Promise<{ folder: string; images: string }> {
  const folder = makeFolder(t);
  const images = path.join(folder, 'images');
  cpSync(HEALTHDIAG, images, { recursive: true });
  for (const label of readdirSync(images)) {
    const [first] = readdirSync(path.join(images, label)).sort();
    const file = path.join(images, label, first);
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.subarray(0, Math.floor(0.9 * bytes.length)));
  }
  const png = await makeScene(200, 200).png({ compressionLevel: 0 }).toBuffer();
  png[Math.floor(png.length / 2)] ^= 0xff;
  writeFileSync(path.join(images, 'brokenleg', 'wrong-checksum.png'), png);
  const bmp = encode({ data: Buffer.alloc(4 * 40 * 40, 90), width: 40, height: 40 }).data;
  writeFileSync(path.join(images, 'healthyleg', 'rows-missing.bmp'), bmp.subarray(0, -99));
  return { folder, images };
}

const DAMAGED = [
  'brokenleg/leg101.jpg',
  'brokenleg/wrong-checksum.png',
  'healthyleg/leg102.jpg',
  'healthyleg/rows-missing.bmp',
];

const named = (stderr: string, pattern: RegExp) =>
  [...stderr.matchAll(pattern)].map(([, file]) => file).sort();
const SKIPPED = /^warning: skipped (.*?): the (?:JPEG|PNG|BMP) data is truncated, damaged/gm;
const USED = /^warning: (.*): truncated or damaged, but used anyway \(--damaged use\)$/gm;

test('damaged images are refused by default, and used with a warning each on request', async (t) => {
  const { folder, images } = await makeImages(t);
  const words = ['--image_dir', images, '--bottleneck_dir', path.join(folder, 'c')];
  const strict = await retrainQuickly(...words, '--model_dir', path.join(folder, 'strict'));
  assert.equal(strict.code, 0, strict.stderr);
  assert.deepEqual(named(strict.stderr, SKIPPED), DAMAGED);
  assert.deepEqual(named(strict.stderr, USED), []);

  const model = path.join(folder, 'lenient');
  // Every run warns, whatever is cached.
  for (const run of ['first', 'second']) {
    const lenient = await retrainQuickly(
      ...words,
      '--model_dir',
      model,
      '--damaged',
      'use',
      '--force',
    );
    assert.equal(lenient.code, 0, lenient.stderr);
    assert.deepEqual(named(lenient.stderr, SKIPPED), [], run);
    assert.deepEqual(named(lenient.stderr, USED), DAMAGED, run);
  }
  const [before, after] = [await manifestOf(path.join(folder, 'strict')), await manifestOf(model)];
  assert.equal(before.preprocessing.damaged, 'refuse');
  assert.equal(after.preprocessing.damaged, 'use');
  // The model of which a BMP file is part names what has read it.
  assert.equal(after.decoder, `${before.decoder}, imgdiag-bmp 1`);
  assert.equal(after.data.images, before.data.images + DAMAGED.length);

  // classify does as the model's preprocessing says.
  const damaged = DAMAGED.map((file) => path.join(images, file));
  const refused = await imgdiag([
    'classify',
    '--model_dir',
    path.join(folder, 'strict'),
    ...damaged,
  ]);
  assert.equal(refused.code, 3);
  const used = await imgdiag(['classify', '--json', '--model_dir', model, ...damaged]);
  assert.equal(used.code, 0, used.stderr);
  assert.deepEqual(named(used.stderr, USED), damaged.sort());
  for (const { score } of JSON.parse(used.stdout)) assert.ok(score > 0.5);
});
