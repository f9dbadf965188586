// Preprocessing by options: recorded, repeated by --like, used by every command, and seen in heat maps.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import sharp from 'sharp';
import { makeFolder } from '../helpers/make-folder.ts';
import { imgdiag, LEG005, TEST_CACHE } from '../helpers/run-cli.ts';
import { manifestOf, retrainLegs, scoresOf, succeed } from '../helpers/runs.ts';

const WORDS = ['--fit', 'crop', '--crop_share', '0.875', '--kernel', 'cubic'];
const SCALING = ['--mean', '0.485,0.456,0.406', '--std', '0.229,0.224,0.225'];

test('when preprocessing is chosen then models record it, and --like repeats it', async (t) => {
  const folder = makeFolder(t);
  const [first, again, other] = ['first', 'again', 'other'].map((name) => path.join(folder, name));
  const cache = ['--bottleneck_dir', TEST_CACHE];
  const size = ['--image_size', '100'];
  await retrainLegs([...WORDS, ...SCALING, ...size, '--model_dir', first, ...cache]);
  const { preprocessing, options } = await manifestOf(first);
  assert.equal(preprocessing.size, 100);
  assert.deepEqual(
    [preprocessing.fit, preprocessing.crop_share, preprocessing.kernel],
    ['crop', 0.875, 'cubic'],
  );
  assert.deepEqual(preprocessing.mean, [0.485, 0.456, 0.406]);
  assert.deepEqual(preprocessing.std, [0.229, 0.224, 0.225]);
  assert.equal(options.crop_share, 0.875);
  const { stderr } = await retrainLegs(['--like', first, '--model_dir', again, ...cache]);
  assert.match(stderr, / 0 computed/, 'the same features');
  assert.deepEqual((await manifestOf(again)).preprocessing, preprocessing);
  assert.match(
    (await succeed(['info', first])).stdout,
    /100x100 RGB, crop 0\.875, cubic, mean 0\.485/,
  );

  // Another fit is another model, with other features.
  const padded = [...SCALING, ...size, '--fit', 'pad', '--kernel', 'lanczos3'];
  await retrainLegs([...padded, '--model_dir', other, ...cache]);
  const [[cropped], [letterbox]] = await Promise.all(
    [first, other].map((model) => scoresOf(model, [LEG005])),
  );
  assert.notDeepEqual(letterbox, cropped);
  const json = path.join(folder, 'findings.json');
  const check = ['check', '--image_dir', path.dirname(path.dirname(LEG005)), '--json', json];
  const { code, stderr: said } = await imgdiag([...check, ...padded, ...cache]);
  assert.equal(code, 0, said);
});

test('when the middle decides then heat lies there for each fit, and what is cut off is pale', async (t) => {
  const folder = makeFolder(t);
  const [width, height] = [192, 96];
  /** A bright square right of the middle, or a grey image. */
  const photo = async (isBright: boolean, i: number) => {
    const noise = Buffer.from(
      Array.from({ length: width * height }, (_, at) => 60 + ((at * (7 + i)) % 11)),
    );
    const plain = sharp(noise, { raw: { width, height, channels: 1 } });
    const input = { create: { width: 32, height: 32, channels: 3, background: '#fff' } } as const;
    return isBright
      ? plain
          .composite([{ input, left: 104, top: 16 + i }])
          .png()
          .toBuffer()
      : plain.png().toBuffer();
  };
  for (const label of ['spot', 'none']) {
    mkdirSync(path.join(folder, 'photos', label), { recursive: true });
    for (let i = 0; i < 8; i++) {
      const file = path.join(folder, 'photos', label, `${i}.png`);
      writeFileSync(file, await photo(label === 'spot', i));
    }
  }
  for (const fit of ['stretch', 'crop', 'pad']) {
    const model = path.join(folder, fit);
    const data = ['--image_dir', path.join(folder, 'photos'), '--model_dir', model];
    const train = [
      '--fit',
      fit,
      '--testing_percentage',
      '0',
      '--l2',
      '0.1',
      '--flip_left_right',
      '--augment_copies',
      '2',
    ];
    await succeed(['retrain', ...data, ...train, '--random_crop', '10', '--no_report']);
    await succeed(['evaluate', ...data, '--no_report']);
    const out = path.join(folder, `${fit}.png`);
    const image = path.join(folder, 'photos', 'spot', '4.png');
    await succeed([
      'classify',
      image,
      '--model_dir',
      model,
      '--explain',
      out,
      '--explain_label',
      'spot',
    ]);
    const { data: pixels, info } = await sharp(out).raw().toBuffer({ resolveWithObject: true });
    // The image is enlarged to 480 x 240, by 2.5.
    const warmth = (x: number, y: number) => {
      const at = info.channels * (y * info.width + x);
      return pixels[at] - pixels[at + 2];
    };
    assert.ok(warmth(300, 90) > 40, `${fit}: ${warmth(300, 90)}`);
    assert.ok(warmth(300, 90) > warmth(150, 150) + 20, `${fit}: ${warmth(150, 150)}`);
    // 60..70 becomes 111..114 where nothing is seen.
    const isPale = [5, 474].map(
      (x) => warmth(x, 120) === 0 && pixels[3 * (120 * info.width + x)] > 105,
    );
    assert.deepEqual(isPale, [fit === 'crop', fit === 'crop'], fit);
  }
});
