// Cache administration: ages, the default folder, what info says, and that only our files go.

import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { UnfitError, UsageError } from '../../../src/base/errors.ts';
import {
  cacheInfo,
  clearCache,
  defaultCacheRoot,
  parseAge,
  pruneCache,
} from '../../../src/features/cache/admin.ts';
import { openCache } from '../../../src/features/cache/cache.ts';
import { newSegmentName } from '../../../src/features/cache/layout.ts';
import {
  keyOf,
  SPACE,
  segmentsIn,
  temporaryFolder,
  vectorOf,
} from '../../helpers/cache-samples.ts';
import { failCalls } from '../../helpers/failing-calls.ts';
import { withoutHome } from '../../helpers/no-home.ts';
import { assertRejects } from '../../helpers/rejects.ts';

const featureSize = 8;
const recordBytes = 60 + 4 * featureSize;
const DAY = 86_400_000;

async function fill(root: string, from: number, count: number, engine = 'onnx'): Promise<string> {
  const cache = await openCache({ root, space: { ...SPACE, engine }, featureSize });
  for (let i = from; i < from + count; i++) await cache.put(keyOf(i), vectorOf(i, featureSize));
  await cache.close();
  return cache.folder;
}

test('ages are whole numbers with a unit', () => {
  assert.equal(parseAge('90d'), 90 * DAY);
  assert.deepEqual(['0s', '5s', '2m', '3h', '1w'].map(parseAge), [
    0,
    5000,
    120_000,
    10_800_000,
    7 * DAY,
  ]);
  for (const bad of ['', '90', 'd', '-1d', '1.5h', '90D', ' 1d', '1y', '99999999999999999999w']) {
    assert.throws(
      () => parseAge(bad),
      (error: UsageError) => {
        assert.match(error.message, /^expected an age such as 90d, found "/);
        return error instanceof UsageError && error.hint !== undefined;
      },
    );
  }
});

test('the default folder follows the platform', () => {
  const home = { HOME: '/home/ann' };
  assert.equal(defaultCacheRoot(home, 'linux'), '/home/ann/.cache/imgdiag');
  assert.equal(defaultCacheRoot(home, 'darwin'), '/home/ann/Library/Caches/imgdiag');
  for (const platform of ['linux', 'darwin'] as const) {
    const xdg = { ...home, XDG_CACHE_HOME: '/big/cache' };
    assert.equal(defaultCacheRoot(xdg, platform), '/big/cache/imgdiag');
  }
  const relative = { ...home, XDG_CACHE_HOME: 'cache' };
  assert.equal(defaultCacheRoot(relative, 'linux'), '/home/ann/.cache/imgdiag');
  const local = 'C:\\Users\\ann\\AppData\\Local';
  assert.equal(defaultCacheRoot({ LOCALAPPDATA: local }, 'win32'), `${local}\\imgdiag\\cache`);
  const profile = { USERPROFILE: 'C:\\Users\\ann' };
  assert.equal(defaultCacheRoot(profile, 'win32'), `${local}\\imgdiag\\cache`);
});

test('info counts different images, and a missing folder is an empty cache', async (t) => {
  const root = temporaryFolder(t);
  assert.deepEqual(await cacheInfo(path.join(root, 'none')), {
    root: path.join(root, 'none'),
    bytes: 0,
    images: 0,
    spaces: [],
  });
  const folder = await fill(root, 0, 5);
  await fill(root, 5, 2);
  await fill(root, 0, 3, 'tfjs');
  const info = await cacheInfo(root);
  assert.equal(info.images, 10);
  assert.equal(info.bytes, 10 * recordBytes);
  const { namespace, extractor, engine, images, bytes } =
    info.spaces.find((space) => space.namespace === path.basename(folder)) ?? assert.fail();
  assert.equal(namespace.length, 64);
  assert.deepEqual([extractor, engine, images, bytes], ['fake_224', 'onnx', 7, 7 * recordBytes]);
  for (const told of ['{', 'null', '[]', '7', '{"featureSize":"8"}', '{"featureSize":-1}']) {
    writeFileSync(path.join(folder, 'space.json'), told);
    const now = await cacheInfo(root);
    const counts = now.spaces.map((space) => space.images).sort();
    assert.deepEqual([now.bytes, now.images, ...counts], [10 * recordBytes, null, 3, null], told);
  }
  assert.deepEqual(await clearCache(root), { bytes: 10 * recordBytes, records: null });
});

test('prune removes what was not used for so long, and then empty folders', async (t) => {
  const root = temporaryFolder(t);
  const now = Date.now();
  const folder = await fill(root, 0, 4);
  const [old = ''] = segmentsIn(folder);
  await fill(root, 4, 1);
  utimesSync(old, (now - 91 * DAY) / 1000, (now - 91 * DAY) / 1000);
  assert.deepEqual(await pruneCache(root, 92 * DAY, now), { bytes: 0, records: 0 });
  assert.deepEqual(await pruneCache(root, 90 * DAY, now), { bytes: 4 * recordBytes, records: 4 });
  assert.equal(segmentsIn(folder).length, 1);
  assert.equal((await cacheInfo(root)).images, 1);
  assert.equal((await pruneCache(root, 0, now + DAY)).records, 1);
  assert.deepEqual(readdirSync(root), []);
  assert.deepEqual(await pruneCache(root, 0, now), { bytes: 0, records: 0 });
});

test('clear removes what imgdiag made and nothing else', async (t) => {
  const root = temporaryFolder(t);
  const elsewhere = temporaryFolder(t);
  const folder = await fill(root, 0, 4);
  await fill(root, 0, 2, 'tfjs');
  const foreign = [
    path.join(root, 'README.txt'),
    path.join(root, 'photos', 'leg.jpg'),
    path.join(root, 'v1', 'notes.txt'),
    path.join(root, 'v1', 'f'.repeat(64), newSegmentName()),
    path.join(root, 'version', 'space.json'),
    path.join(folder, 'mine.bin'),
    path.join(folder, 'segment-1.bin'),
    path.join(elsewhere, 'space.json'),
    path.join(elsewhere, newSegmentName()),
  ];
  for (const file of foreign) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, 'mine');
  }
  symlinkSync(elsewhere, path.join(root, 'v1', 'e'.repeat(64)), 'junction');
  writeFileSync(path.join(folder, '.tmp-01234567-89ab-cdef-0123-456789abcdef'), 'left by a kill');
  assert.deepEqual(await clearCache(root), { bytes: 6 * recordBytes, records: 6 });
  for (const file of foreign) assert.equal(existsSync(file), true, file);
  assert.deepEqual(readdirSync(folder).sort(), ['mine.bin', 'segment-1.bin']);
  assert.equal(readdirSync(path.join(root, 'v1')).length, 4);
});

test('clearing twice, or nothing, is fine; another folder is refused', async (t) => {
  const root = temporaryFolder(t);
  await fill(root, 0, 1);
  assert.equal((await clearCache(root)).records, 1);
  assert.equal((await clearCache(root)).records, 0);
  assert.equal((await clearCache(path.join(root, 'none'))).records, 0);
  writeFileSync(path.join(root, 'leg.jpg'), 'mine');
  for (const attempt of [clearCache, (it: string) => pruneCache(it, 0, Date.now())]) {
    await assert.rejects(attempt(root), (error: UsageError) => {
      assert.match(error.message, /^expected an imgdiag cache in .*, found other files/);
      return error instanceof UsageError;
    });
  }
  await assert.rejects(clearCache(path.join(root, 'leg.jpg')), UnfitError);
  assert.deepEqual(readdirSync(root), ['leg.jpg']);
  assert.deepEqual((await cacheInfo(root)).spaces, []);
});

test('when the user has no home folder then there is no default, and what to set is said', async (t) => {
  withoutHome(t);
  const wanted = /expected a home folder for the cache of imgdiag, found none/;
  for (const env of [{}, { HOME: '' }, { HOME: 'relative' }]) {
    await assertRejects(() => defaultCacheRoot(env, 'linux'), 2, wanted, /--bottleneck_dir/);
  }
  assert.equal(defaultCacheRoot({ XDG_CACHE_HOME: '/big' }, 'linux'), '/big/imgdiag');
});

test('when a cache cannot be read then one sentence says why, and the exit code is 4', async (t) => {
  const root = temporaryFolder(t);
  await fill(root, 0, 1);
  writeFileSync(path.join(root, 'file'), '');
  const refused = (place: string, what: string | RegExp) => {
    const works = [() => cacheInfo(place), () => clearCache(place)];
    return Promise.all(works.map((work) => assertRejects(work, 4, what, /--bottleneck_dir/)));
  };
  const file = path.join(root, 'file');
  await refused(file, `expected a readable cache folder at ${file}, but it is a file`);
  let code = '';
  failCalls(t, 'readdir', (folder) => (folder === path.join(root, 'v1') ? code : undefined));
  for (const [refusal, what] of [
    ['EACCES', /v1, but permission to read it was denied$/],
    ['EIO', /v1, but the disk reported an error \(EIO\)$/],
    ['ENEVERSEEN', /v1, but the system refused it \(ENEVERSEEN\)$/],
  ] as const) {
    code = refusal;
    await refused(root, what);
  }
});

test('when a folder of the cache is a link out of it then nothing is read or written there', async (t) => {
  for (const linked of ['v1', 'namespace']) {
    const root = temporaryFolder(t);
    const elsewhere = temporaryFolder(t);
    const folder = await fill(root, 0, 3);
    const from = linked === 'v1' ? path.dirname(folder) : folder;
    const to = path.join(elsewhere, 'moved');
    renameSync(from, to);
    symlinkSync(to, from, 'junction');
    const files = readdirSync(to, { recursive: true }).sort();
    const cache = await openCache({ root, space: SPACE, featureSize });
    assert.equal(cache.get(keyOf(0)), undefined);
    await cache.put(keyOf(0), vectorOf(0, featureSize));
    const message = `expected the feature cache in ${root}, but ${from} leads out of it`;
    await assertRejects(() => cache.close(), 6, message);
    assert.equal((await cacheInfo(root)).bytes, 0);
    assert.deepEqual(readdirSync(to, { recursive: true }).sort(), files);
    // The cache itself may be reached by a link.
    const whole = temporaryFolder(t);
    await fill(whole, 0, 3);
    symlinkSync(whole, path.join(elsewhere, 'door'), 'junction');
    const place = { root: path.join(elsewhere, 'door'), space: SPACE, featureSize };
    const reached = await openCache(place);
    assert.deepEqual(reached.get(keyOf(2)), vectorOf(2, featureSize));
    await reached.close();
  }
});
