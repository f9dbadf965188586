// Publishing a model folder and opening it again: src/model/write.ts and read.ts.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import { UnfitError, WriteError } from '../../src/base/errors.ts';
import { isTemporary, temporaryName } from '../../src/base/files.ts';
import { newOwner } from '../../src/base/lock-owner.ts';
import { checkModelFolder } from '../../src/model/folder.ts';
import { FILE_NAMES } from '../../src/model/manifest.ts';
import { readManifest, readModel } from '../../src/model/read.ts';
import { finishPublication } from '../../src/model/write.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { makeBody, makePayload, publishModel } from '../helpers/make-model.ts';

const publish = (folder: string, number: number) =>
  publishModel(folder, makePayload(number), makeBody(number));

/** Content of every file below a folder, by path. */
async function contentsOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const contents: Record<string, string> = {};
  for (const entry of files) {
    const file = path.join(entry.parentPath, entry.name);
    contents[path.relative(folder, file)] = await readFile(file, 'latin1');
  }
  return contents;
}

/** With all that is in it, as of eleven minutes ago. */
async function makeOld(folder: string): Promise<void> {
  const then = Date.now() / 1000 - 11 * 60;
  for (const name of [...(await readdir(folder, { recursive: true })), '']) {
    await utimes(path.join(folder, name), then, then);
  }
}

const versionsIn = async (folder: string) => (await readdir(path.join(folder, 'versions'))).sort();

/** Whether the model and its manifest belong to the same number. */
function assertWhole(model: Awaited<ReturnType<typeof readModel>>): number {
  const number = Number(model.manifest.options.seed);
  const payload = makePayload(number);
  for (const [name, bytes] of model.files) {
    assert.deepEqual(Buffer.from(bytes), Buffer.from(payload[name]), `${name} of ${number}`);
  }
  return number;
}

test('when a model is published then it is read back whole', async (t) => {
  const folder = path.join(makeFolder(t), 'not', 'there', 'yet');
  const manifest = await publish(folder, 7);
  const model = await readModel(folder, FILE_NAMES);
  assert.deepEqual(model.manifest, manifest);
  assert.equal(model.files.size, FILE_NAMES.length);
  assert.equal(assertWhole(model), 7);
  const stable = await contentsOf(folder);
  assert.equal(stable['labels.txt'], makePayload(7)['labels.txt']);
  assert.equal(stable['head/model.json'], makePayload(7)['head/model.json']);
  const top = ['.gitattributes', 'head', 'labels.txt', 'manifest.json', 'model.onnx', 'versions'];
  assert.deepEqual((await readdir(folder)).sort(), top);
});

test('when labels hold brackets and blanks then the manifest keeps every character', async (t) => {
  const folder = makeFolder(t);
  const labels = ['[1,  2]', '[ \u00a0 3 ]', '__proto__', '🦴', '{"a": [ 1 ]}'];
  const manifest = await publishModel(folder, makePayload(), makeBody(0, labels));
  const read = await readManifest(folder);
  assert.deepEqual(read.labels, labels);
  assert.deepEqual(read, manifest);
});

test('when models are published in turn then the one before stays, older ones go', async (t) => {
  const folder = makeFolder(t);
  const one = (await publish(folder, 1)).version;
  const two = (await publish(folder, 2)).version;
  const three = (await publish(folder, 3)).version;
  // A young one may belong to a run that was paused.
  assert.deepEqual(await versionsIn(folder), [one, two, three].sort());
  for (const version of [one, two, three]) await makeOld(path.join(folder, 'versions', version));
  const four = (await publish(folder, 4)).version;
  assert.deepEqual(await versionsIn(folder), [three, four].sort());
  assert.equal(assertWhole(await readModel(folder, FILE_NAMES)), 4);
});

test('when the same content is published again then every file has the same bytes', async (t) => {
  const [folder, other] = [makeFolder(t), makeFolder(t)];
  await publish(folder, 5);
  const before = await contentsOf(folder);
  await publish(folder, 5);
  assert.deepEqual(await contentsOf(folder), before);
  await publish(other, 5);
  assert.deepEqual(await contentsOf(other), before);
  const { version } = await publishModel(other, makePayload(5), makeBody(6));
  assert.ok(!(version in before));
  assert.equal((await versionsIn(other)).length, 2);
});

test('when a payload file is damaged then reading says so and publishing mends it', async (t) => {
  const folder = makeFolder(t);
  const { version } = await publish(folder, 5);
  const whole = await contentsOf(folder);
  const damages: ((bytes: Buffer) => Buffer)[] = [
    (bytes) => Buffer.concat([bytes.subarray(0, 1), Buffer.of(bytes[1] ^ 1), bytes.subarray(2)]),
    (bytes) => bytes.subarray(0, -1),
    (bytes) => Buffer.concat([bytes, Buffer.of(0)]),
  ];
  for (const name of FILE_NAMES) {
    const file = path.join(folder, 'versions', version, name);
    for (const damage of damages) {
      await writeFile(file, damage(await readFile(file)));
      await assert.rejects(readModel(folder, [name]), (error) => {
        assert.ok(error instanceof UnfitError, String(error));
        assert.equal(error.code, 'model_damaged');
        assert.ok(error.message.startsWith(`expected the model's ${name}, but ${file} `));
        return true;
      });
      const others = FILE_NAMES.filter((other) => other !== name);
      assert.equal(assertWhole(await readModel(folder, others)), 5);
      await publish(folder, 5);
      assert.deepEqual(await contentsOf(folder), whole);
    }
  }
});

test('when a payload file or the manifest is missing then the error tells which', async (t) => {
  const folder = makeFolder(t);
  const { version } = await publish(folder, 5);
  await rm(path.join(folder, 'versions', version, 'labels.txt'));
  await assert.rejects(
    readModel(folder, ['labels.txt']),
    (error) => error instanceof UnfitError && /labels\.txt is missing$/.test(error.message),
  );
  await rm(path.join(folder, 'manifest.json'));
  for (const place of [folder, path.join(folder, 'nothing'), path.join(folder, 'labels.txt')]) {
    await assert.rejects(
      readModel(place, []),
      (error) => error instanceof UnfitError && error.code === 'model_missing',
    );
  }
});

test('when a file for other programs is replaced then imgdiag does not care', async (t) => {
  const folder = makeFolder(t);
  await publish(folder, 4);
  await rm(path.join(folder, 'model.onnx'));
  await writeFile(path.join(folder, 'model.onnx'), 'made by hand');
  await writeFile(path.join(folder, 'labels.txt'), 'edited by hand');
  assert.equal(assertWhole(await readModel(folder, FILE_NAMES)), 4);
  await publish(folder, 4);
  const copy = await readFile(path.join(folder, 'model.onnx'), 'utf8');
  assert.equal(copy, makePayload(4)['model.onnx']);
});

test("when the folder is somebody else's then nothing in it is touched", async (t) => {
  const trees = [
    { 'thesis.docx': 'years of work' },
    { 'manifest.json': '{"name":"a browser extension"}', 'code.js': '1' },
    { 'model.onnx': 'another tool’s' },
    { '.git/config': 'x' },
    { '.bashrc': 'x', '.gitkeep': '' },
    { 'node_modules/a.js': 'x' },
    { 'versions/my-thesis-v1.docx': 'x' },
    { 'manifest.json': '{"name":"x"}', 'versions/0.1/notes.txt': 'x' },
  ];
  for (const tree of trees) {
    const folder = makeFolder(t, tree);
    const before = await contentsOf(folder);
    for (const attempt of [() => checkModelFolder(folder), () => publish(folder, 1)]) {
      await assert.rejects(
        attempt,
        (error) =>
          error instanceof WriteError &&
          /^expected an empty folder or an imgdiag model at .*, found /.test(error.message),
      );
    }
    assert.deepEqual(await contentsOf(folder), before);
  }
});

test('when the folder is a fresh volume then what came with it is no obstacle, and stays', async (t) => {
  for (const name of ['lost+found/', '.gitkeep', '$RECYCLE.BIN/', '.DS_Store', '.Trash-1000/']) {
    const folder = makeFolder(t, { [name]: '', 'System Volume Information/': '' });
    await checkModelFolder(folder);
    await publish(folder, 1);
    assert.ok((await readdir(folder)).includes(name.replace('/', '')), name);
    await checkModelFolder(folder);
  }
});

test('when there is a file where the folder should be then it is refused', async (t) => {
  const folder = makeFolder(t, { file: 'x' });
  for (const place of ['file', 'file/below', 'file/far/below']) {
    await assert.rejects(publish(path.join(folder, place), 1), WriteError, place);
  }
  assert.deepEqual(await contentsOf(folder), { file: 'x' });
});

test('when a run was killed before its manifest then its leftovers are swept', async (t) => {
  const dead = spawnSync(process.execPath, ['--version']).pid;
  const folder = makeFolder(t, {
    [`${temporaryName()}`]: 'half a manifest',
    '.lock': JSON.stringify({ ...(await newOwner()), pid: dead }),
    'versions/0123456789abcdef/model.onnx': 'old',
    [`versions/fedcba9876543210/head/${temporaryName()}`]: 'half',
  });
  for (const version of await versionsIn(folder)) {
    await makeOld(path.join(folder, 'versions', version));
  }
  await checkModelFolder(folder);
  const { version } = await publish(folder, 2);
  assert.deepEqual(await versionsIn(folder), [version]);
  assert.ok(!(await readdir(folder)).some((name) => isTemporary(name) || name === '.lock'));
});

test('when a later run was killed then its leftovers beside a good model are swept', async (t) => {
  const folder = makeFolder(t);
  const { version } = await publish(folder, 2);
  const places = ['.', 'head', `versions/${version}`, `versions/${version}/head`, 'versions'];
  for (const place of places) await writeFile(path.join(folder, place, temporaryName()), 'half');
  await mkdir(path.join(folder, 'versions', '0123456789abcdef'));
  await makeOld(path.join(folder, 'versions', '0123456789abcdef'));
  assert.equal(assertWhole(await readModel(folder, FILE_NAMES)), 2);
  await publish(folder, 2);
  const names = await readdir(folder, { recursive: true });
  assert.deepEqual(
    names.filter((name) => isTemporary(path.basename(name))),
    [],
  );
  assert.deepEqual(await versionsIn(folder), [version]);
});

test('when a run was killed behind its manifest then finishing mends the copies', async (t) => {
  const folder = makeFolder(t);
  await publish(folder, 1);
  const manifest = await publish(folder, 2);
  const whole = await contentsOf(folder);
  for (const name of ['model.onnx', 'head/weights.bin']) {
    await rm(path.join(folder, name));
    await writeFile(path.join(folder, name), 'of the model before');
  }
  await rm(path.join(folder, 'labels.txt'));
  await writeFile(path.join(folder, 'head', temporaryName()), 'half');
  await finishPublication(folder, makePayload(2), manifest);
  assert.deepEqual(await contentsOf(folder), whole);
  // Of a model that is not there any more nothing is written.
  const other = await publishModel(folder, makePayload(3), makeBody(3));
  await finishPublication(folder, makePayload(2), manifest);
  assert.equal((await readManifest(folder)).version, other.version);
  assert.equal((await contentsOf(folder))['labels.txt'], makePayload(3)['labels.txt']);
});

test('when a manifest is damaged then the model may be published anew', async (t) => {
  const folder = makeFolder(t);
  await publish(folder, 2);
  await writeFile(path.join(folder, 'manifest.json'), '{"format": "imgdi');
  await assert.rejects(readManifest(folder), { code: 'model_damaged' });
  await publish(folder, 3);
  assert.equal(assertWhole(await readModel(folder, FILE_NAMES)), 3);
});

test('when 50 versions are published then a reader never sees a mixture', async (t) => {
  const folder = makeFolder(t);
  await publish(folder, 0);
  let done = false;
  const writing = (async () => {
    for (let number = 1; number <= 50; number++) await publish(folder, number);
  })().finally(() => {
    done = true;
  });
  const seen: number[] = [];
  while (!done) seen.push(assertWhole(await readModel(folder, FILE_NAMES)));
  await writing;
  assert.deepEqual(
    seen,
    [...seen].sort((a, b) => a - b),
  );
  assert.ok(new Set(seen).size > 5, `only ${new Set(seen).size} versions were read`);
  assert.equal(assertWhole(await readModel(folder, FILE_NAMES)), 50);
});
