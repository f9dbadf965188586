// What a frozen graph does not say itself is taken from options, extractor.json and the catalogue, in this order.

import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { UsageError } from '../../src/base/errors.ts';
import { sha256 } from '../../src/base/hash.ts';
import { ARCHIVES } from '../../src/extractor/fetch/sources.ts';
import { loadFrozenGraph } from '../../src/extractor/frozen-graph.ts';
import { idOf } from '../../src/extractor/recipe.ts';
import { fromInputRange } from '../../src/images/preprocessing.ts';
import { describedAs, inception2015, kerasGraph } from '../helpers/frozen-networks.ts';
import { tgzOf } from '../helpers/graph-def.ts';
import { makeFolder } from '../helpers/make-folder.ts';

const ARCHIVE = tgzOf([{ name: './net_frozen.pb', bytes: kerasGraph() }]);
/** The catalogue with this archive for Inception V3. */
const KNOWN = [
  { ...ARCHIVES[0], checksum: { algorithm: 'sha256', hex: sha256(ARCHIVE) } } as const,
];
const ZERO = { mean: [0, 0, 0], std: [1, 1, 1] } as const;
const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;

function fileIn(t: TestContext, described?: string): string {
  const json = described === undefined ? {} : { 'extractor.json': described };
  return path.join(
    makeFolder(t, { 'mine.tgz': ARCHIVE, 'raw.pb': inception2015(), ...json }),
    'mine.tgz',
  );
}

describe('pixel values', () => {
  test('as options say, before all else', async (t) => {
    const { spec } = await loadFrozenGraph(fileIn(t, describedAs('pool/Mean', 6)), IMAGENET, KNOWN);
    assert.deepEqual([spec.mean, spec.std], [IMAGENET.mean, IMAGENET.std]);
    assert.deepEqual([spec.id, spec.imageSize, spec.licence], ['mine', 96, 'none']);
  });

  test('as extractor.json says, before the catalogue', async (t) => {
    const { spec } = await loadFrozenGraph(fileIn(t, describedAs('dense/Relu', 8)), {}, KNOWN);
    assert.deepEqual([spec.mean, spec.std], Object.values(fromInputRange(-1, 1)));
    assert.deepEqual([spec.id, spec.embeddingNode, spec.featureSize], ['mine', 'dense/Relu', 8]);
  });

  test('as the catalogue says of an archive with its checksum, whatever its name', async (t) => {
    const { spec } = await loadFrozenGraph(fileIn(t), {}, KNOWN);
    const { id, imageSize, licence, url, mean, std } = ARCHIVES[0];
    const { embeddingNode, featureSize, source, ...others } = spec;
    assert.deepEqual(others, { id, imageSize, licence, mean, std });
    assert.deepEqual([embeddingNode, featureSize, source], ['pool/Mean', 6, url]);
  });

  test('as bytes, where the graph decodes files', async (t) => {
    const file = path.join(path.dirname(fileIn(t)), 'raw.pb');
    const { spec, weightsSha256 } = await loadFrozenGraph(file, {});
    assert.deepEqual([spec.mean, spec.std], Object.values(fromInputRange(0, 255)));
    assert.deepEqual([spec.id, spec.imageSize, spec.embeddingNode], ['raw', 96, 'pool_3']);
    assert.equal(weightsSha256, sha256(inception2015()));
  });

  test('else they are asked for, with the two usual answers', (t) =>
    assert.rejects(loadFrozenGraph(fileIn(t), { imageSize: 96 }), (error) => {
      assert.ok(error instanceof UsageError, `${error}`);
      assert.equal(error.code, 'recipe_missing');
      assert.match(
        error.hint ?? '',
        /--mean 0.485,0.456,0.406 --std 0.229,0.224,0.225.*--mean 0.5 --std 0.5/,
      );
      return true;
    }));
});

test('the size is that of the graph, and no other', async (t) => {
  const file = path.join(path.dirname(fileIn(t)), 'raw.pb');
  await assert.rejects(loadFrozenGraph(file, { imageSize: 128 }), (error) => {
    assert.ok(error instanceof UsageError, `${error}`);
    assert.match(error.message, /expected --image_size 96, the only one that .* takes, found 128/);
    return true;
  });
  await assert.rejects(loadFrozenGraph(fileIn(t), ZERO), /expected the size of the images/);
  const { spec } = await loadFrozenGraph(fileIn(t), { ...ZERO, imageSize: 128 });
  assert.equal(spec.imageSize, 128);
});

test('only what the features need is kept', async (t) => {
  const { network } = await loadFrozenGraph(fileIn(t), { ...ZERO, imageSize: 96 });
  assert.ok(network.format === 'tensorflow', network.format);
  assert.ok(network.graph.weights.has('filter'), 'a weight before the features');
  for (const name of ['dense', 'last']) assert.ok(!network.graph.weights.has(name), name);
});

test('a graph that takes no images is refused', async (t) => {
  // One node, a constant named a.
  const bytes = Uint8Array.of(10, 10, 10, 1, 97, 18, 5, 67, 111, 110, 115, 116);
  const file = path.join(makeFolder(t, { 'const.pb': bytes }), 'const.pb');
  await assert.rejects(loadFrozenGraph(file, {}), /found one that takes no images/);
});

describe('names', () => {
  const cases: readonly [string, string][] = [
    ['/a/inception-2015-12-05.tgz', 'inception-2015-12-05'],
    ['inception_v3_2016_08_28_frozen.pb.tar.gz', 'inception_v3_2016_08_28_frozen'],
    ['my net (1).pb', 'my_net_1_'],
    ['..pb', 'network'],
    ['.pb', 'network'],
    ['-ähm.pb', 'hm'],
    [`${'a'.repeat(100)}.pb`, 'a'.repeat(64)],
  ];
  for (const [file, id] of cases) test(`${file}: ${id}`, () => assert.equal(idOf(file), id));
});
