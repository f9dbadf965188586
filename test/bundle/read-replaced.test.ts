// Opening a model that is replaced in the meantime: test/bundle/write-read.test.ts has the rest.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import { FILE_NAMES } from '../../src/bundle/manifest.ts';
import { readModel } from '../../src/bundle/read.ts';
import { writeModel } from '../../src/bundle/write.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { makeBody, makePayload } from '../helpers/make-model.ts';

const publish = (folder: string, number: number) =>
  writeModel(folder, makePayload(number), makeBody(number));

/** Replaces a payload file by a pipe, at which a reader waits until the test has written to it. */
function makeHold(folder: string, version: string): string {
  const pipe = path.join(folder, 'versions', version, 'labels.txt');
  execFileSync('rm', [pipe]);
  execFileSync('mkfifo', [pipe]);
  return pipe;
}

test('when a model is replaced twice while it is read then the newest is given', async (t) => {
  if (process.platform === 'win32') return t.skip('no named pipes in the file system');
  const folder = makeFolder(t);
  const pipe = makeHold(folder, (await publish(folder, 1)).version);
  const reading = readModel(folder, FILE_NAMES);
  // Opens once the reader has, that is, once it has read the first manifest.
  const hold = await open(pipe, 'w');
  await publish(folder, 2);
  await publish(folder, 3);
  await hold.writeFile('not what the first manifest states');
  await hold.close();
  const { manifest, files } = await reading;
  assert.equal(Number(manifest.options.seed), 3);
  for (const name of FILE_NAMES) {
    assert.deepEqual(files.get(name), Buffer.from(makePayload(3)[name]), name);
  }
});

test('when a file is damaged and the model is not replaced then reading gives up', async (t) => {
  const folder = makeFolder(t);
  const { version } = await publish(folder, 1);
  await rm(path.join(folder, 'versions', version, 'labels.txt'));
  await assert.rejects(readModel(folder, FILE_NAMES), { code: 'model_damaged' });
});
