// Images of more than 8 bits from the command line: ranges, warnings, refusals.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import sharp from 'sharp';
import { makeFolder } from '../helpers/make-folder.ts';
import { makeTiff } from '../helpers/make-tiff.ts';
import { imgdiag } from '../helpers/run-cli.ts';
import { assertRefused, manifestOf, scoresOf, succeed } from '../helpers/runs.ts';

const SIDE = 16;
const RETRAIN = ['--testing_percentage', '0', '--no_report', '--steps', '20'];

/** Grey levels of 12 bits: bars of one label, squares of the other. */
function levels(label: string, number: number): number[] {
  return Array.from({ length: SIDE * SIDE }, (_, i) => {
    const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
    const bright = label === 'bars' ? (x + number) % 4 < 2 : Math.max(x, y) < 5 + number;
    return bright ? 4095 - number : 300 + 10 * number;
  });
}

async function png16(values: readonly number[]): Promise<Buffer> {
  const raw = { width: SIDE, height: SIDE, channels: 1 } as const;
  return sharp(Uint16Array.from(values), { raw }).toColourspace('grey16').png().toBuffer();
}

/** Six images of each label below `photos`, each made of its 12-bit values. */
async function makePhotos(
  t: TestContext,
  make: (values: number[]) => Promise<Buffer> | Buffer,
  extension = 'png',
): Promise<string> {
  const folder = makeFolder(t);
  for (const label of ['bars', 'squares']) {
    mkdirSync(path.join(folder, 'photos', label), { recursive: true });
    for (let i = 0; i < 6; i++) {
      const file = path.join(folder, 'photos', label, `${i}.${extension}`);
      writeFileSync(file, await make(levels(label, i)));
    }
  }
  return folder;
}

const rangeLines = (lines: readonly string[]) => lines.filter((line) => line.includes('65535'));
const WARNING =
  'warning: no 16-bit image exceeds 4095 of 65535, so they are all seen as dark: if that is their range, train with --pixel_range 0:4095';

test('when 16-bit images use 12 bits then every command says so, whatever is cached', async (t) => {
  const folder = await makePhotos(t, png16);
  const [photos, model] = [path.join(folder, 'photos'), path.join(folder, 'm')];
  const data = ['--image_dir', photos];
  const where = [...data, '--bottleneck_dir', path.join(folder, 'cache')];
  const train = ['retrain', ...where, '--model_dir', model, ...RETRAIN];
  for (const [expected, words] of [
    ['0 cached, 12 computed', train],
    ['12 cached, 0 computed', [...train, '--force']],
    ['12 cached, 0 computed', ['check', ...where]],
    ['', ['evaluate', ...data, '--model_dir', model, '--no_report']],
    ['', ['classify', photos, '--model_dir', model]],
  ] as const) {
    const { stderr, lines } = await succeed(words);
    assert.deepEqual(rangeLines(lines), [WARNING], words[0]);
    assert.ok(stderr.includes(expected), `${expected}: ${stderr}`);
    const dark = 'warning: 12 of 12 images are almost entirely black or white';
    assert.equal(lines.includes(dark), words[0] === 'retrain', words[0]);
  }
});

test('when the range is given then it is saved, used by every command, and computed anew', async (t) => {
  const folder = await makePhotos(t, png16);
  const eight = path.join(folder, 'photos', 'bars', 'eight.png');
  writeFileSync(
    eight,
    await sharp({ create: { width: 9, height: 9, channels: 3, background: '#123456' } })
      .png()
      .toBuffer(),
  );
  const [photos, model] = [path.join(folder, 'photos'), path.join(folder, 'm')];
  const data = ['--image_dir', photos];
  const where = [...data, '--bottleneck_dir', path.join(folder, 'cache')];
  const range = ['--pixel_range', '0:4095'];
  await succeed(['check', ...where]);
  for (const [expected, words] of [
    ['1 cached, 12 computed', ['retrain', ...where, '--model_dir', model, ...range, ...RETRAIN]],
    ['13 cached, 0 computed', ['check', ...where, ...range]],
    ['', ['evaluate', ...data, '--model_dir', model, '--no_report']],
    ['', ['classify', photos, '--model_dir', model]],
    ['pixel range 0 to 4095', ['info', model]],
  ] as const) {
    const { stdout, stderr, lines } = await succeed(words);
    assert.deepEqual(rangeLines(lines), [], words[0]);
    assert.ok(`${stdout}${stderr}`.includes(expected), `${expected}: ${stdout}${stderr}`);
    assert.doesNotMatch(stderr, /almost entirely black/);
  }
  const { preprocessing, options } = await manifestOf(model);
  assert.deepEqual(preprocessing.pixel_range, [0, 4095]);
  assert.equal(options.pixel_range, '0:4095');
  // The same image, stretched by hand, is scored the same.
  const [stored, stretched] = ['stored.png', 'stretched.png'].map((name) =>
    path.join(folder, name),
  );
  writeFileSync(stored, await png16(levels('bars', 2)));
  const raw = { width: SIDE, height: SIDE, channels: 1 } as const;
  const bytes = Buffer.from(levels('bars', 2).map((value) => Math.round((255 * value) / 4095)));
  writeFileSync(stretched, await sharp(bytes, { raw }).png().toBuffer());
  const [a, b] = await scoresOf(model, [stored, stretched]);
  assert.deepEqual(a, b);
});

test('when values have no known range then the files are refused by name, and used with a range', async (t) => {
  const kind = { bits: 16, format: 2 };
  const make = (values: number[]) =>
    makeTiff(
      SIDE,
      SIDE,
      values.map((v) => v - 1024),
      kind,
    );
  const folder = await makePhotos(t, make, 'tif');
  const [photos, model] = [path.join(folder, 'photos'), path.join(folder, 'm')];
  const words = ['retrain', '--image_dir', photos, '--model_dir', model, ...RETRAIN];
  const refused = await imgdiag(words);
  assert.equal(refused.code, 3, refused.stderr);
  assert.match(refused.stderr, /found signed 16-bit whole numbers.*--pixel_range LOW:HIGH/);
  await succeed([...words, '--pixel_range', '-1024:3071']);
  const file = path.join(photos, 'bars', '0.tif');
  await succeed(['classify', file, '--model_dir', model]);
  assert.deepEqual((await manifestOf(model)).preprocessing.pixel_range, [-1024, 3071]);
});

test('when bands are left out then retrain and classify say in which files', async (t) => {
  const kind = { bits: 8, samples: 4, photometric: 2, extra: [0] };
  const make = (values: number[]) => {
    const bands = values.flatMap((v) => [v >> 4, v >> 5, v >> 6, 0]);
    return makeTiff(SIDE, SIDE, bands, kind);
  };
  const folder = await makePhotos(t, make, 'tif');
  const [photos, model] = [path.join(folder, 'photos'), path.join(folder, 'm')];
  const note = 'bands besides grey or RGB that are not said to be alpha are left out, in';
  const train = ['retrain', '--image_dir', photos, '--model_dir', model, ...RETRAIN];
  for (const words of [train, [...train, '--force']]) {
    const { lines } = await succeed(words);
    const names = ['0', '1', '2'].map((name) => path.join('bars', `${name}.tif`)).join(', ');
    assert.ok(lines.includes(`${note} ${names} and 9 more`), lines.join('\n'));
  }
  const file = path.join(photos, 'bars', '0.tif');
  const { lines } = await succeed(['classify', file, '--model_dir', model]);
  assert.ok(lines.includes(`${note} ${file}`), lines.join('\n'));
});

for (const range of ['5', '5:5', '9:1', 'a:b', '0:65535:1', '']) {
  test(`when --pixel_range is "${range}" then it is refused before any work`, async (t) => {
    const photos = makeFolder(t);
    for (const command of ['retrain', 'check']) {
      const outcome = await imgdiag([command, '--image_dir', photos, '--pixel_range', range]);
      const sentence =
        range === '' ? /a value for --pixel_range/ : /--pixel_range to be LOW:HIGH, two numbers/;
      assertRefused(outcome, 2, sentence);
    }
  });
}
