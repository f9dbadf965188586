// Networks fetched from a server on this machine that plays both hosts.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { openDownloader } from '../../../src/extractor/fetch/download.ts';
import { type FetchOptions, fetchNetwork } from '../../../src/extractor/fetch/fetch.ts';
import { ARCHIVES, type ArchiveSource } from '../../../src/extractor/fetch/sources.ts';
import { findFetched } from '../../../src/extractor/fetch/stored.ts';
import { cut, file, redirect, startHost, status, useFetching } from '../../helpers/make-host.ts';

const BYTES = Uint8Array.from({ length: 300_000 }, (_, at) => (at * 7919) % 251);
const times = { connect: 2000, silence: 300, firstWait: 5 };
const NAME = 'mobilenet_v1_025_128';

const made = useFetching();
const { play } = made;

function archiveAt(url: string, changed: Partial<ArchiveSource> = {}): ArchiveSource {
  const known = ARCHIVES.find(({ id }) => id === NAME) as ArchiveSource;
  const hex = createHash('sha256').update(BYTES).digest('hex');
  const checksum = { algorithm: 'sha256', hex } as const;
  return { ...known, url: `${url}/net.tgz`, size: BYTES.length, checksum, ...changed };
}

function options(given: FetchOptions = {}): FetchOptions & { env: NodeJS.ProcessEnv } {
  return {
    env: { XDG_DATA_HOME: made.home, HF_ENDPOINT: made.host?.url ?? 'http://127.0.0.1:59999' },
    openConnections: () => openDownloader(times),
    ...given,
  } as FetchOptions & { env: NodeJS.ProcessEnv };
}

const fetchFrom = (url: string, given: FetchOptions = {}, changed: Partial<ArchiveSource> = {}) =>
  fetchNetwork(NAME, options({ archives: [archiveAt(url, changed)], ...given }));

test('when a network is fetched then it is stored, told in megabytes and not fetched again', async () => {
  const { url, requests } = await play({ '/net.tgz': file(BYTES) });
  const told: number[][] = [];
  const { folder } = await fetchFrom(url, { onProgress: (...done) => told.push(done) });
  assert.deepEqual(await readFile(path.join(folder, 'net.tgz')), Buffer.from(BYTES));
  assert.deepEqual(told.at(-1), [1, 1]);
  assert.equal((await findFetched('mobilenet_0.25_128', options().env))?.folder, folder);
  await fetchFrom(url);
  assert.deepEqual(requests, ['GET /net.tgz']);
  assert.deepEqual(await readdir(path.dirname(folder)), [NAME]);
});

test('when connections are cut then it goes on where they were, however often', async () => {
  const { url, requests } = await play({ '/net.tgz': cut(BYTES, 40_000, 6) });
  await fetchFrom(url);
  assert.equal(requests.length, 7);
  assert.match(requests[6], /bytes=\d{5,}-$/);
});

test('when an earlier command was stopped then the rest is fetched', async () => {
  const { url, requests } = await play({ '/net.tgz': file(BYTES) });
  const partial = path.join(made.home, 'imgdiag', 'extractors', `${NAME}.part`);
  await mkdir(partial, { recursive: true });
  await writeFile(path.join(partial, 'net.tgz'), BYTES.subarray(0, 1234));
  await fetchFrom(url);
  assert.deepEqual(requests, ['GET /net.tgz bytes=1234-']);
});

test('when a server ignores the range then the file is fetched from its beginning', async () => {
  const { url } = await play({ '/net.tgz': (_, response) => void response.end(BYTES) });
  const partial = path.join(made.home, 'imgdiag', 'extractors', `${NAME}.part`);
  await mkdir(partial, { recursive: true });
  await writeFile(path.join(partial, 'net.tgz'), BYTES.subarray(0, 1234));
  const { folder } = await fetchFrom(url);
  assert.deepEqual(await readFile(path.join(folder, 'net.tgz')), Buffer.from(BYTES));
});

test('when the bytes are others then they are refused and removed', async () => {
  const wrong = BYTES.with(7, 1);
  const { url } = await play({ '/net.tgz': file(wrong) });
  await assert.rejects(fetchFrom(url), {
    code: 'checksum_wrong',
    exitCode: 4,
    message: /found [0-9a-f]{64}/,
  });
  assert.equal(await findFetched(NAME, options().env), undefined);
});

test('when more bytes come than are stated then they are not written', async () => {
  const { url } = await play({ '/net.tgz': file(BYTES) });
  await assert.rejects(fetchFrom(url, {}, { size: 1000 }), {
    message: /at most 1000 bytes.*found more/,
  });
});

test('when it is redirected then it is followed; a busy server is asked again; 404 is not', async () => {
  const { url, requests } = await play({
    '/net.tgz': redirect('/other.tgz'),
    '/other.tgz': status(503, 2, file(BYTES)),
  });
  await fetchFrom(url);
  assert.equal(requests.length, 6);
  const gone = fetchNetwork(
    NAME,
    options({
      archives: [{ ...archiveAt(url), id: NAME, url: `${url}/x` }],
      env: { XDG_DATA_HOME: path.join(made.home, 'b') },
    }),
  );
  await assert.rejects(gone, { code: 'fetch_failed', message: /the server answered 404/ });
  assert.equal(requests.length, 7);
});

test('when nothing answers then the sentence has the command for another machine', async () => {
  const refused = fetchFrom('http://127.0.0.1:59999');
  await assert.rejects(refused, {
    message: /http:\/\/127.0.0.1:59999\/net.tgz, but the connection failed: ECONNREFUSED/,
    hint: `on a machine with a network: curl -LO http://127.0.0.1:59999/net.tgz; then here: imgdiag extractor fetch ${NAME} --from net.tgz`,
  });
});

test('when a server falls silent then it is given up', async () => {
  const { url } = await play({
    '/net.tgz': (_, response) => void response.writeHead(200).write('x'),
  });
  await assert.rejects(fetchFrom(url), { code: 'fetch_failed' });
});

test('when a file is carried over then it is verified all the same', async () => {
  const given = path.join(made.home, 'net.tgz');
  await writeFile(given, BYTES.with(0, 9));
  await assert.rejects(fetchFrom('http://127.0.0.1:59999', { from: given }), {
    code: 'checksum_wrong',
  });
  await writeFile(given, BYTES);
  const { folder } = await fetchFrom('http://127.0.0.1:59999', { from: given });
  assert.deepEqual(await readFile(path.join(folder, 'net.tgz')), Buffer.from(BYTES));
});

test('when a stored file is changed then it is not used', async () => {
  const { url } = await play({ '/net.tgz': file(BYTES) });
  const { folder } = await fetchFrom(url);
  await writeFile(path.join(folder, 'net.tgz'), BYTES.with(5, 5));
  await assert.rejects(findFetched(NAME, options().env), { code: 'checksum_wrong' });
  await fetchFrom(url);
  assert.equal((await findFetched(NAME, options().env))?.folder, folder);
});

test('when two processes ask at once then one fetches', async () => {
  const { url, requests } = await play({ '/net.tgz': cut(BYTES, 100_000, 1) });
  const folders = await Promise.all([fetchFrom(url), fetchFrom(url)]);
  assert.equal(folders[0].folder, folders[1].folder);
  assert.equal(requests.length, 2);
});

test('when a proxy is set then it is used, except for hosts of NO_PROXY', async (t) => {
  const { url, requests } = await play({ '/net.tgz': file(BYTES) });
  const proxy = await startHost({});
  t.after(() => proxy.close());
  const before = { ...process.env };
  t.after(() => {
    process.env = before;
  });
  process.env = { ...before, http_proxy: proxy.url, NO_PROXY: 'other.example' };
  await fetchFrom(url);
  assert.equal(requests.length, 1);
  assert.deepEqual(proxy.requests, [`CONNECT ${new URL(url).host}`]);
  process.env.NO_PROXY = '127.0.0.1';
  await fetchFrom(url, { env: { XDG_DATA_HOME: path.join(made.home, 'b') } });
  assert.equal(proxy.requests.length, 1);
});

test('when a name is malformed or unknown then the known ones are named', async () => {
  await assert.rejects(fetchNetwork('hf:../etc', options()), { exitCode: 2 });
  await assert.rejects(fetchNetwork('hf:a/b@../../c', options()), { exitCode: 2 });
  await assert.rejects(fetchNetwork('vgg16', options()), {
    exitCode: 2,
    hint: /inception_v3_299.*hf:ORG\/REPO/,
  });
});
