// A model folder holds its network once, under two names, where the file system can do that.

import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import { FILE_NAMES } from '../../src/model/manifest.ts';
import { readModel } from '../../src/model/read.ts';
import { failCalls } from '../helpers/failing-calls.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { makeBody, makePayload, publishModel } from '../helpers/make-model.ts';

/** Publishes two models after each other. @returns both files of the second one's network */
async function publishTwice(folder: string) {
  await publishModel(folder, makePayload(1), makeBody(1));
  const { version } = await publishModel(folder, makePayload(2), makeBody(2));
  const places = [
    path.join(folder, 'model.onnx'),
    path.join(folder, 'versions', version, 'model.onnx'),
  ];
  for (const place of places) {
    assert.equal(await readFile(place, 'utf8'), makePayload(2)['model.onnx'], place);
  }
  const { files } = await readModel(folder, FILE_NAMES);
  assert.equal(files.size, FILE_NAMES.length);
  return Promise.all(places.map((place) => stat(place)));
}

test('when a model is published then its network is stored once, under two names', async (t) => {
  const [stable, saved] = await publishTwice(makeFolder(t));
  assert.deepEqual([stable.ino, stable.nlink], [saved.ino, 2]);
});

for (const code of ['EPERM', 'ENOTSUP', 'EMLINK', 'ENOSYS']) {
  test(`when the file system refuses a second name (${code}) then it gets a copy`, async (t) => {
    const tried = failCalls(t, 'link', (_, target) => (/\.tmp-/.test(target) ? code : undefined));
    const [stable, saved] = await publishTwice(makeFolder(t));
    assert.notEqual(stable.ino, saved.ino);
    assert.equal(tried(), 2);
  });
}

test('when the network is changed under its second name then that is noticed, and mended', async (t) => {
  const folder = makeFolder(t);
  const publish = () => publishModel(folder, makePayload(1), makeBody(1));
  await publish();
  await writeFile(path.join(folder, 'model.onnx'), 'edited in place');
  await assert.rejects(readModel(folder, ['model.onnx']), { code: 'model_damaged' });
  await publish();
  await readModel(folder, FILE_NAMES);
  assert.equal(
    await readFile(path.join(folder, 'model.onnx'), 'utf8'),
    makePayload(1)['model.onnx'],
  );
});
