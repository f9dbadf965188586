// Networks fetched from a hub, which a server on this machine plays.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { openDownloader } from '../../../src/extractor/fetch/download.ts';
import { fetchNetwork } from '../../../src/extractor/fetch/fetch.ts';
import { findFetched } from '../../../src/extractor/fetch/stored.ts';
import {
  type Answer,
  file,
  json,
  redirect,
  startHost,
  status,
  useFetching,
} from '../../helpers/make-host.ts';

const BYTES = Uint8Array.from({ length: 300_000 }, (_, at) => (at * 7919) % 251);
const times = { connect: 2000, silence: 300, firstWait: 5 };

const made = useFetching();
const { play } = made;

function options() {
  const env: NodeJS.ProcessEnv = { XDG_DATA_HOME: made.home, HF_ENDPOINT: made.host?.url ?? '' };
  return { env, openConnections: () => openDownloader(times) };
}

const COMMIT = 'a'.repeat(40);
const HUB = 'hf:some-org/some.net';

function hubOf(changed: Readonly<Record<string, Answer>> = {}): Readonly<Record<string, Answer>> {
  const recipe = Buffer.from('{"do_resize":true}');
  const gitId = createHash('sha1').update(`blob ${recipe.length}\0`).update(recipe).digest('hex');
  const api = '/api/models/some-org/some.net';
  const entry = (name: string, oid: string, size: number) => ({
    type: 'file',
    path: name,
    oid,
    size,
  });
  const sha = createHash('sha256').update(BYTES).digest('hex');
  return {
    [`${api}/revision/main`]: json({ sha: COMMIT, cardData: { license: 'mit' } }),
    [`${api}/tree/${COMMIT}?recursive=true`]: json([
      { type: 'directory', path: 'onnx', oid: 'b'.repeat(40), size: 0 },
      entry('README.md', 'c'.repeat(40), 10),
      entry('preprocessor_config.json', gitId, recipe.length),
      { ...entry('onnx/model.onnx', 'd'.repeat(40), BYTES.length), lfs: { oid: sha, size: 1 } },
      entry('onnx/model_quantized.onnx', 'e'.repeat(40), 20),
    ]),
    [`/some-org/some.net/resolve/${COMMIT}/preprocessor_config.json`]: file(recipe),
    [`/some-org/some.net/resolve/${COMMIT}/onnx/model.onnx`]: file(BYTES),
    ...changed,
  };
}

test("when a hub's network is fetched then its files are those of one commit, by the hub's hashes", async () => {
  const { headers } = await play(hubOf());
  const fetched = await fetchNetwork(HUB, {
    ...options(),
    env: { ...options().env, HF_TOKEN: 'secret' },
  });
  assert.equal(fetched.revision, COMMIT);
  assert.equal(fetched.licence, 'mit');
  assert.deepEqual(
    fetched.files.map(({ path: name, algorithm }) => [name, algorithm]),
    [
      ['preprocessor_config.json', 'git'],
      ['onnx/model.onnx', 'sha256'],
    ],
  );
  assert.ok(
    headers.every(({ authorization }) => authorization === 'Bearer secret'),
    'token sent',
  );
  assert.equal((await findFetched(`${HUB}@${COMMIT.slice(0, 8)}`, options().env))?.id, HUB);
  assert.equal((await findFetched(HUB, options().env))?.folder, fetched.folder);
});

test('when large files lie on another host then the token is not sent there', async (t) => {
  const large = await startHost({ '/large': file(BYTES) });
  t.after(() => large.close());
  await play(
    hubOf({
      [`/some-org/some.net/resolve/${COMMIT}/onnx/model.onnx`]: redirect(
        `${large.url.replace('127.0.0.1', 'localhost')}/large`,
      ),
    }),
  );
  await fetchNetwork(HUB, { ...options(), env: { ...options().env, HF_TOKEN: 'secret' } });
  assert.equal(large.headers.length, 1);
  assert.equal(large.headers[0].authorization, undefined);
});

test('when a hub sends another file, no network or no access then that is said', async () => {
  await play(
    hubOf({ [`/some-org/some.net/resolve/${COMMIT}/onnx/model.onnx`]: file(BYTES.with(3, 3)) }),
  );
  await assert.rejects(fetchNetwork(HUB, options()), { code: 'checksum_wrong' });
  await made.host?.close();
  await play(hubOf({ [`/api/models/some-org/some.net/tree/${COMMIT}?recursive=true`]: json([]) }));
  await assert.rejects(fetchNetwork(HUB, options()), {
    message: /expected an ONNX network in hf:some-org\/some.net/,
  });
  await made.host?.close();
  await play(hubOf({ '/api/models/some-org/some.net/revision/main': status(401, 9, json({})) }));
  await assert.rejects(fetchNetwork(HUB, options()), { hint: /HF_TOKEN/ });
  await made.host?.close();
  await play(
    hubOf({
      '/api/models/some-org/some.net/revision/main': (_, response) => void response.end('<html>'),
    }),
  );
  await assert.rejects(fetchNetwork(HUB, options()), {
    message: /expected JSON from .*found <html>/,
  });
});

test("when a hub's folder is carried over then it is verified and stored", async () => {
  await play(hubOf());
  const { folder } = await fetchNetwork(HUB, options());
  const elsewhere = { ...options().env, XDG_DATA_HOME: path.join(made.home, 'elsewhere') };
  const carried = await fetchNetwork(HUB, { ...options(), env: elsewhere, from: folder });
  assert.notEqual(carried.folder, folder);
  await writeFile(path.join(folder, 'onnx', 'model.onnx'), BYTES.with(9, 9));
  const again = fetchNetwork(HUB, {
    ...options(),
    env: { XDG_DATA_HOME: path.join(made.home, 'third') },
    from: folder,
  });
  await assert.rejects(again, { code: 'checksum_wrong' });
});
