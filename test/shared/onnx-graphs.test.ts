// ONNX networks as exporters of PyTorch and Hugging Face write them, where they lie beside the checkout: the
// features are those that PyTorch computed, and each network serves a whole model.

import assert from 'node:assert/strict';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { readTar } from '../../src/base/tar-read.ts';
import { loadExtractorFiles } from '../../src/extractor/catalog.ts';
import type { Stated } from '../../src/extractor/extractor.ts';
import { openExtractorFiles } from '../../src/extractor/open.ts';
import type { Rgb } from '../../src/images/preprocessing.ts';
import { fetchedHub } from '../helpers/fetched-hub.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { imgdiag, LEG005, ROOT } from '../helpers/run-cli.ts';
import { assertRefused, copyLegs, manifestOf, succeed } from '../helpers/runs.ts';

interface Listed {
  readonly name: string;
  readonly file: string;
  readonly image_size?: number;
  readonly feature_size: number;
  readonly mean?: Rgb;
  readonly std?: Rgb;
  readonly embedding_first_16?: readonly (readonly number[])[];
  readonly embedding_l2?: readonly number[];
  readonly mean_of_patches_l2?: readonly number[];
}

const GRAPHS = path.join(ROOT, '..', 'shared', 'graphs');
const skip = existsSync(path.join(GRAPHS, 'onnx.json')) ? false : `${GRAPHS} is absent`;
const read = (name: string): Listed[] =>
  skip ? [] : JSON.parse(readFileSync(path.join(GRAPHS, name), 'utf8'));
/** Without a reference: it has to run, and be finite. */
const INT8: Listed = { name: 'onnx-int8', file: 'onnx-int8.tar.gz', feature_size: 1024 };
const listed: readonly Listed[] = skip ? [] : [...read('onnx.json'), ...read('folders.json'), INT8];
/** Those whose features are a mean over places. */
const MEANS = [
  'torchvision-resnet18',
  'timm-efficientnet-b0',
  'torchvision-densenet121',
  'timm-inception-v3',
  'timm-swin-tiny',
];
const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;
/** A folder says how it wants its pixel values. */
const statedOf = ({ name, mean = IMAGENET.mean, std = IMAGENET.std }: Listed): Stated =>
  name.startsWith('hf-') ? {} : { mean, std };

/** Unpacks a network; returns its path. */
async function unpack({ name, file }: Listed, folder: string): Promise<string> {
  const bytes = gunzipSync(readFileSync(path.join(GRAPHS, file)));
  if (file.endsWith('.onnx.gz')) {
    const target = path.join(folder, `${name}.onnx`);
    writeFileSync(target, bytes);
    return target;
  }
  async function* whole() {
    yield bytes;
  }
  for await (const { name: below, read } of readTar(whole())) {
    const target = path.join(folder, below);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, await read());
  }
  return path.join(folder, name);
}

async function embed(network: string, stated: Stated, size = 224, parts = [2]) {
  const files = await loadExtractorFiles(network, stated);
  const { mean, std, featureSize } = files.spec;
  const extractor = await openExtractorFiles(files, { engine: 'onnx', input: { size, mean, std } });
  const images = Uint8Array.from({ length: 2 * size * size * 3 }, (_, i) => (i * 7919) % 251);
  const found: number[] = [];
  let at = 0;
  for (const count of parts) {
    const part = images.subarray(at * size * size * 3, (at + count) * size * size * 3);
    found.push(...(await extractor.embed(part, count)));
    at += count;
  }
  await extractor.dispose();
  assert.equal(found.length, 2 * featureSize);
  const rows = [found.slice(0, featureSize), found.slice(featureSize)];
  return { files, rows, imagesAtOnce: extractor.imagesAtOnce };
}

test('the graphs are there', { skip }, () => assert.equal(listed.length, 14));

for (const one of listed) {
  test(`${one.name} gives the features of PyTorch`, async (t) => {
    const network = await unpack(one, makeFolder(t));
    const { files, rows } = await embed(network, statedOf(one), one.image_size);
    assert.equal(files.spec.featureSize, one.feature_size);
    assert.ok(rows.flat().every(Number.isFinite), 'finite features');
    const tolerance = one.name === 'onnx-float16' ? 1e-2 : 1e-4;
    for (const [i, expected] of (one.embedding_first_16 ?? []).entries()) {
      const norm = one.embedding_l2?.[i] ?? 0;
      const difference = Math.hypot(...expected.map((value, k) => value - rows[i][k]));
      assert.ok(difference <= tolerance * norm, `image ${i}: ${difference} of ${norm}`);
      const off = Math.abs(Math.hypot(...rows[i]) - norm);
      assert.ok(off <= tolerance * norm, `image ${i}: norm ${off} off ${norm}`);
    }
  });

  test(`${one.name} trains, checks, evaluates, classifies and explains`, async (t) => {
    const folder = makeFolder(t);
    const at = (name: string) => path.join(folder, name);
    const network = await unpack(one, folder);
    copyLegs(at('photos'), { brokenleg: 5, healthyleg: 5 });
    const { mean, std } = statedOf(one);
    const recipe = mean && std ? ['--mean', mean.join(), '--std', std.join()] : [];
    const used = ['--extractor', network, ...recipe, '--bottleneck_dir', at('cache')];
    const data = ['--image_dir', at('photos')];
    const model = ['--model_dir', at('m')];
    const splits = ['--testing_percentage', '0', '--validation_percentage', '0'];
    await succeed(['retrain', ...data, ...used, ...model, ...splits, '--no_report']);
    await succeed(['check', ...data, ...used]);
    rmSync(network, { recursive: true });
    await succeed(['evaluate', ...data, ...model, '--no_report']);
    const { stdout } = await succeed(['classify', ...model, LEG005]);
    assert.match(stdout, /brokenleg|healthyleg/);
    const out = at('leg.png');
    const explain = await imgdiag(['classify', ...model, LEG005, '--explain', out]);
    if (!MEANS.includes(one.name)) return assertRefused(explain, 4, /mean over places/);
    assert.equal(explain.code, 0, explain.stderr);
    assert.ok(statSync(out).size > 1000, 'a heat map');
  });
}

const named = (name: string) => listed.find((one) => one.name === name) as Listed;

test('the mean of the tokens of places is that of PyTorch, and can be explained', {
  skip,
}, async (t) => {
  const folder = makeFolder(t);
  const at = (name: string) => path.join(folder, name);
  const one = named('hf-dinov2-small');
  const network = await unpack(one, folder);
  const { rows, files } = await embed(network, { token: 'mean' });
  assert.deepEqual(files.spec.fitting, { fit: 'crop', crop_share: 0.875, kernel: 'cubic' });
  for (const [i, norm] of (one.mean_of_patches_l2 ?? []).entries()) {
    const off = Math.abs(Math.hypot(...rows[i]) - norm);
    assert.ok(off <= 1e-4 * norm, `image ${i}: norm ${off} off ${norm}`);
  }
  copyLegs(at('photos'), { brokenleg: 5, healthyleg: 5 });
  const model = ['--model_dir', at('m')];
  const used = ['--extractor', network, '--token', 'mean', '--bottleneck_dir', at('cache')];
  const splits = ['--testing_percentage', '0', '--validation_percentage', '0'];
  const data = ['--image_dir', at('photos')];
  await succeed(['retrain', ...data, ...used, ...model, ...splits, '--no_report']);
  assert.equal((await manifestOf(at('m'))).options.token, 'mean');
  await succeed(['classify', ...model, LEG005, '--explain', at('leg.png')]);
});

test('an image alone has the same bytes of features as among others', { skip }, async (t) => {
  const folder = makeFolder(t);
  for (const name of ['onnx-int8', 'timm-mobilenetv3-small-batch1']) {
    const network = await unpack(named(name), folder);
    const together = await embed(network, IMAGENET);
    assert.equal(together.imagesAtOnce, 1, name);
    const alone = await embed(network, IMAGENET, 224, [1, 1]);
    assert.deepEqual(together.rows, alone.rows, name);
  }
});

test('a network fetched from a hub is recorded with its commit', { skip }, async (t) => {
  const folder = makeFolder(t);
  const at = (name: string) => path.join(folder, name);
  const network = await unpack(named('hf-clip-vision'), folder);
  const { id, home } = fetchedHub(network, 'acme/clip', at('home'));
  copyLegs(at('photos'), { brokenleg: 5, healthyleg: 5 });
  cpSync(network, at('elsewhere'), { recursive: true });
  const data = ['--image_dir', at('photos'), '--bottleneck_dir', at('cache'), '--no_report'];
  const words = ['retrain', ...data, '--extractor', 'hf:acme/clip', '--model_dir', at('m')];
  const splits = ['--testing_percentage', '0', '--validation_percentage', '0'];
  await succeed([...words, ...splits], { env: { XDG_DATA_HOME: home } });
  const { extractor } = await manifestOf(at('m'));
  assert.deepEqual([extractor.id, extractor.licence], [id, 'mit']);
  await succeed(['classify', '--model_dir', at('m'), LEG005]);
});
