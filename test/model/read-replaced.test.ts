// Opening a model that is replaced in the meantime: test/bundle/write-read.test.ts has the rest.

import assert from 'node:assert/strict';
import { cpSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import { FILE_NAMES, type FileName } from '../../src/model/manifest.ts';
import { readModel } from '../../src/model/read.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { makeBody, makePayload, publishModel } from '../helpers/make-model.ts';

const publish = (folder: string, number: number) =>
  publishModel(folder, makePayload(number), makeBody(number));

/** The file names, handed out only once `first` has run: by then the manifest has been read. */
function namesAfter(first: () => void): Iterable<FileName> {
  let done = false;
  return {
    *[Symbol.iterator]() {
      if (!done) first();
      done = true;
      yield* FILE_NAMES;
    },
  };
}

test('when a model is replaced twice while it is read then the newest is given', async (t) => {
  const [folder, later] = [makeFolder(t), makeFolder(t)];
  const { version } = await publish(folder, 1);
  await publish(later, 3);
  const names = namesAfter(() => {
    rmSync(path.join(folder, 'versions', version), { recursive: true });
    cpSync(later, folder, { recursive: true });
  });
  const { manifest, files } = await readModel(folder, names);
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
