import assert from 'node:assert/strict';
import test from 'node:test';
import { createMatrix, rowOf } from '../../src/base/matrix.ts';
import { createRandom } from '../../src/base/random.ts';
import { type AcrossInput, findCopiesAcross } from '../../src/check/across-splits.ts';
import type { SplitName } from '../../src/data/split-names.ts';
import { INSPECTED_SIZE, type InspectedImage } from '../../src/images/inspect.ts';
import { makeScene } from '../helpers/make-sketch.ts';

/** One image: what it shows, and how far its features are from those of the same scene. */
interface Drawn {
  readonly scene: number;
  readonly split: SplitName;
  readonly path?: string;
  readonly unit?: number;
  readonly noise?: number;
  readonly fold?: number;
}

const FEATURES = 64;

function inputOf(images: readonly Drawn[]): AcrossInput {
  const features = createMatrix(images.length, FEATURES);
  for (const [row, { scene, noise = 0 }] of images.entries()) {
    const shown = createRandom(scene, 'shown');
    const own = createRandom(row, 'own');
    const values = rowOf(features, row);
    for (let i = 0; i < FEATURES; i++) values[i] = shown.normal() + noise * own.normal();
  }
  return {
    features,
    files: images.map(({ path }, row) => ({
      path: path ?? `a/${row}.jpg`,
      label: 'a',
      sha256: String(row),
    })),
    units: images.map(({ unit }, row) => unit ?? row),
    splits: images.map(({ split }) => split),
    folds: images.some(({ fold }) => fold !== undefined)
      ? images.map(({ fold }) => fold ?? -1)
      : undefined,
  };
}

const HEADER = { format: 'jpeg', orientation: 1, maker: '' } as const;

function pictureOf(scene: number, gain = 1): InspectedImage {
  const level = makeScene(scene);
  const pixels = new Uint8Array(3 * INSPECTED_SIZE ** 2);
  for (let at = 0; at < INSPECTED_SIZE ** 2; at++) {
    const x = ((at % INSPECTED_SIZE) / INSPECTED_SIZE - 0.5) * 2;
    const y = (Math.floor(at / INSPECTED_SIZE) / INSPECTED_SIZE - 0.5) * 2;
    pixels.fill(Math.min(255, gain * level(x, y)), 3 * at, 3 * at + 3);
  }
  return { pixels, width: 100, height: 100, header: HEADER };
}

/** Others that look like nothing else, so that features have something to stand out from. */
const others: Drawn[] = Array.from({ length: 40 }, (_, i) => ({
  scene: 100 + i,
  split: i % 4 === 0 ? 'testing' : 'training',
}));

async function find(images: readonly Drawn[], gone: readonly number[] = []) {
  const read: number[] = [];
  const progress: string[] = [];
  const all = [...images, ...others];
  const found = await findCopiesAcross(inputOf(all), {
    multiply: undefined,
    async inspect(row) {
      read.push(row);
      return gone.includes(row) ? undefined : pictureOf(all[row].scene, row % 2 ? 1 : 0.8);
    },
    onProgress: (done, total) => progress.push(`${done} of ${total}`),
  });
  assert.ok(found, 'there are few images');
  const pairs = found.copies.map(({ first, second }) => `${first} ${second}`);
  return { ...found, pairs, read: [...new Set(read)].sort((a, b) => a - b), progress };
}

test('when a copy is in a later split then it is found, and only likely pairs are read', async () => {
  const found = await find([
    { scene: 1, split: 'training' },
    { scene: 1, split: 'testing', noise: 0.2 },
    { scene: 2, split: 'validation' },
    { scene: 2, split: 'testing' },
    { scene: 3, split: 'training' },
    { scene: 3, split: 'training' },
  ]);
  assert.deepEqual(found.pairs, ['0 1', '2 3']);
  assert.deepEqual([found.compared, found.left], [2, 0]);
  assert.deepEqual(found.read, [0, 1, 2, 3]);
  assert.deepEqual(found.progress, ['1 of 2', '2 of 2']);
});

test('when features agree but pixels do not then there is no copy', async () => {
  const images: Drawn[] = [
    { scene: 1, split: 'training' },
    { scene: 1, split: 'validation' },
  ];
  const found = await findCopiesAcross(inputOf([...images, ...others]), {
    multiply: undefined,
    inspect: async (row) => pictureOf(200 + row),
  });
  assert.deepEqual(found, { copies: [], compared: 1, left: 0 });
});

test('when the features of a copy changed but its name tells then it is found', async () => {
  const made = (path: string): Drawn[] => [
    { scene: 1, split: 'training', path: 'a/tom.jpg' },
    { scene: 1, split: 'validation', noise: 20, path },
  ];
  assert.deepEqual((await find(made('a/tom_aug_1.jpg'))).pairs, ['0 1']);
  assert.deepEqual((await find(made('a/felix.jpg'))).pairs, []);
});

test('when two images are tied by a unit then they cannot cross', async () => {
  const found = await find([
    { scene: 1, split: 'training', unit: 7 },
    { scene: 1, split: 'validation', unit: 7 },
  ]);
  assert.deepEqual([found.pairs, found.compared], [[], 0]);
});

test('when there are folds then copies in two of them are found, but not within one', async () => {
  const pair = (folds: readonly [number, number]): Drawn[] => [
    { scene: 1, split: 'training', fold: folds[0] },
    { scene: 1, split: 'training', fold: folds[1] },
  ];
  assert.deepEqual((await find(pair([0, 1]))).pairs, ['0 1']);
  assert.deepEqual((await find(pair([2, 1]))).pairs, ['1 0']);
  assert.deepEqual((await find(pair([1, 1]))).pairs, []);
  const inOneFold = await find([
    { scene: 1, split: 'training', fold: 1 },
    { scene: 1, split: 'validation', fold: 1 },
  ]);
  assert.deepEqual(inOneFold.pairs, ['0 1'], 'validation metrics are of a head without the fold');
});

test('when a file is gone then its pair counts as left', async () => {
  const images: Drawn[] = [
    { scene: 1, split: 'training' },
    { scene: 1, split: 'testing' },
  ];
  const found = await find(images, [0]);
  assert.deepEqual([found.pairs, found.compared, found.left], [[], 0, 1]);
});

test('when there are more likely pairs than 500 then the others are counted', async () => {
  const many: Drawn[] = Array.from({ length: 1040 }, (_, i) => ({
    scene: 1 + (i >> 1),
    split: i % 2 ? 'validation' : 'training',
  }));
  const read = new Set<number>();
  const inspect = async (row: number) => {
    read.add(row);
    return row < 4 ? pictureOf(row >> 1) : undefined;
  };
  const found = await findCopiesAcross(inputOf(many), { multiply: undefined, inspect });
  assert.ok(found, 'there are few images');
  assert.deepEqual([found.compared, found.left], [2, 518]);
  assert.equal(read.size, 1000);
});

test('when there are too many images then nothing is compared, and that is told', async () => {
  const inspect = () => assert.fail('no image is read');
  const none = (count: number) => {
    const images: Drawn[] = Array.from({ length: count }, () => ({ scene: 1, split: 'training' }));
    return { ...inputOf([]), splits: images.map(({ split }) => split), files: images as never };
  };
  const plain = await findCopiesAcross(none(5001), { multiply: undefined, inspect });
  assert.equal(plain, undefined);
  const multiply = () => assert.fail('nothing is multiplied');
  assert.equal(await findCopiesAcross(none(20_001), { multiply, inspect }), undefined);
});

test('when it is stopped then it stops', async () => {
  const images: Drawn[] = [
    { scene: 1, split: 'training' },
    { scene: 1, split: 'testing' },
  ];
  const stop = new AbortController();
  const inspect = async () => {
    stop.abort(new Error('stop'));
    return pictureOf(1);
  };
  const tools = { multiply: undefined, inspect };
  await assert.rejects(
    findCopiesAcross(inputOf([...images, ...others]), tools, stop.signal),
    /stop/,
  );
});
