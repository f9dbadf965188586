// Publications that are paused while another one takes their lock, and disks that refuse what comes after.

import assert from 'node:assert/strict';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import { WriteError } from '../../src/base/errors.ts';
import { renewPatience } from '../../src/base/patience.ts';
import { FILE_NAMES } from '../../src/model/manifest.ts';
import { readModel } from '../../src/model/read.ts';
import { manifestOf, writeModel } from '../../src/model/write.ts';
import { failCalls } from '../helpers/failing-calls.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { makeBody, makePayload, publishModel } from '../helpers/make-model.ts';

const publish = (folder: string, number: number) =>
  publishModel(folder, makePayload(number), makeBody(number));

function publishWarned(folder: string, number: number, messages: string[]) {
  const payload = makePayload(number);
  const manifest = manifestOf(payload, makeBody(number));
  return writeModel(folder, payload, manifest, (level, text) => messages.push(`${level}: ${text}`));
}

/** The number of the model that is whole in `folder`, also in its copies for other programs. */
async function numberIn(folder: string): Promise<string> {
  const { manifest, files } = await readModel(folder, FILE_NAMES);
  for (const name of ['model.onnx', 'labels.txt', 'head/model.json', 'head/weights.bin'] as const) {
    assert.deepEqual(await readFile(path.join(folder, name)), files.get(name), name);
  }
  // A version that was given up goes ten minutes later, with all that is in it.
  const own = (name: string) => !name.startsWith('versions/') || name.includes(manifest.version);
  const names = (await readdir(folder, { recursive: true })).filter(own);
  assert.deepEqual(
    names.filter((name) => /\.tmp-|\.lock/.test(name)),
    [],
  );
  return manifest.version;
}

/** Publishes `number`; the first rename to a path in `folder` like `at` is preceded by `meanwhile`. */
async function interrupted(
  t: test.TestContext,
  folder: string,
  at: RegExp,
  meanwhile: () => Promise<unknown>,
): Promise<unknown> {
  let done = false;
  failCalls(t, 'rename', async (_, target) => {
    if (done || !at.test(path.relative(folder, target))) return undefined;
    done = true;
    await meanwhile();
    return undefined;
  });
  const outcome = await publish(folder, 2).then(
    ({ version }) => version,
    (error) => error,
  );
  assert.ok(done, 'nothing was interrupted');
  return outcome;
}

/** Somebody else takes the lock at that moment, and publishes. */
async function takenOver(t: test.TestContext, folder: string, at: RegExp) {
  let other: string | undefined;
  const outcome = await interrupted(t, folder, at, async () => {
    await rm(path.join(folder, '.lock'));
    other = (await publish(folder, 3)).version;
  });
  return { outcome, other };
}

const PLACES = [
  ['before its files are written', /^versions.*model\.onnx$/],
  ['when its last file is written', /^versions.*weights\.bin$/],
  ['when it is just renaming its manifest', /^manifest\.json$/],
] as const;
for (const [when, at] of PLACES) {
  test(`when a run is paused ${when}, and another takes its lock, then the other model stands`, async (t) => {
    const folder = makeFolder(t);
    await publish(folder, 1);
    const { outcome, other } = await takenOver(t, folder, at);
    assert.ok(outcome instanceof WriteError, String(outcome));
    assert.match(
      outcome.message,
      /^expected to hold .*\.lock, but another imgdiag has taken it over$/,
    );
    assert.equal(await numberIn(folder), other);
  });
}

test('when a run is paused behind its manifest, and another takes its lock, then it leaves the copies alone', async (t) => {
  for (const at of [/^model\.onnx$/, /^head.weights\.bin$/]) {
    const folder = makeFolder(t);
    await publish(folder, 1);
    const { outcome, other } = await takenOver(t, folder, at);
    assert.equal(typeof outcome, 'string', String(outcome));
    assert.equal(await numberIn(folder), other);
  }
});

test('when its files are removed while the manifest is renamed then the former model is restored', async (t) => {
  for (const former of [1, undefined]) {
    const folder = makeFolder(t);
    const before = former && (await publish(folder, former)).version;
    const outcome = await interrupted(t, folder, /^manifest\.json$/, async () => {
      const names = await readdir(path.join(folder, 'versions'));
      const begun = names.filter((name) => name !== before);
      await rm(path.join(folder, 'versions', begun[0]), { recursive: true });
    });
    assert.ok(outcome instanceof WriteError, String(outcome));
    assert.match(outcome.message, /^expected the files of the model in .*, but they were removed/);
    if (before !== undefined) assert.equal(await numberIn(folder), before);
    assert.equal((await readdir(folder)).includes('manifest.json'), before !== undefined);
  }
});

test('when old versions and the lock cannot be removed then the model is published, with warnings', async (t) => {
  const folder = makeFolder(t, { 'versions/.tmp-01234567-0123-0123-0123-0123456789ab': 'half' });
  const target = /versions\/\.tmp|\.lock$/;
  // fs-extra removes by the callback, a lock is removed by the promise.
  const fsExtra = (await import('fs-extra')).default;
  t.mock.method(fsExtra, 'remove', async (file: string) => {
    if (target.test(file)) throw Object.assign(new Error('busy'), { code: 'EBUSY', syscall: 'rm' });
    return rm(file, { recursive: true, force: true });
  });
  failCalls(t, 'rm', (file) => (target.test(file) ? 'ENOTEMPTY' : undefined));
  const messages: string[] = [];
  assert.equal(await publishWarned(folder, 2, messages), undefined);
  assert.match(
    messages[0],
    /^warning: old files stay until the next run: expected .*\.tmp-.*\(EBUSY\)$/,
  );
  assert.match(messages[1], /^warning: .*\.lock could not be removed/);
  assert.equal(messages.length, 2);
  assert.equal((await readModel(folder, FILE_NAMES)).files.size, FILE_NAMES.length);
});

test('when a copy for other programs cannot be written then its error is given, and the model is published', async (t) => {
  renewPatience();
  const folder = makeFolder(t);
  await publish(folder, 1);
  failCalls(t, 'rename', (_, file) =>
    file === path.join(folder, 'labels.txt') ? 'EIO' : undefined,
  );
  const failed = await publishWarned(folder, 2, []);
  assert.match(
    `${failed}`,
    /expected to write .*labels\.txt, but the disk reported an error \(EIO\)/,
  );
  const { version } = manifestOf(makePayload(2), makeBody(2));
  assert.equal((await readModel(folder, FILE_NAMES)).manifest.version, version);
});
