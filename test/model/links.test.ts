// A link in a model folder: refused before anything is read, written or removed through it.

import assert from 'node:assert/strict';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { sha256 } from '../../src/base/hash.ts';
import { checkModelFolder } from '../../src/model/folder.ts';
import { FILE_NAMES } from '../../src/model/manifest.ts';
import { readManifest, readModel } from '../../src/model/read.ts';
import { finishPublication } from '../../src/model/write.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { makeBody, makePayload, publishModel } from '../helpers/make-model.ts';
import { assertRejects } from '../helpers/rejects.ts';

const POSIX = process.platform === 'win32' ? 'needs a POSIX file system' : false;
const OLD = '0123456789abcdef';

async function publish(t: TestContext) {
  const around = makeFolder(t);
  const folder = path.join(around, 'model');
  const manifest = await publishModel(folder, makePayload(1), makeBody(1));
  mkdirSync(path.join(folder, 'versions', OLD));
  return { around, folder, manifest, at: (name: string) => path.join(folder, name) };
}

/** Every place below, with what it holds. */
function contentOf(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return names.map((name) => {
    const file = path.join(folder, name);
    const found = lstatSync(file);
    return `${name} ${found.isFile() ? sha256(readFileSync(file)) + found.mtimeMs : found.mode}`;
  });
}

const LINKED = [
  'manifest.json',
  'versions',
  'versions/VERSION',
  'versions/VERSION/model.onnx',
  'versions/VERSION/head',
  'versions/VERSION/head/weights.bin',
  `versions/${OLD}`,
  'versions/VERSION/.tmp-0',
  'head',
  '.lock',
];

for (const name of LINKED) {
  test(`when ${name} is a link then the model is neither read nor written`, {
    skip: POSIX,
  }, async (t) => {
    const { around, folder, manifest, at } = await publish(t);
    const linked = name.replace('VERSION', manifest.version);
    const outside = path.join(around, 'outside');
    if (existsSync(at(linked))) renameSync(at(linked), outside);
    else mkdirSync(outside);
    cpSync(outside, at('inside'), { recursive: true });
    for (const target of [outside, path.relative(path.dirname(at(linked)), at('inside'))]) {
      symlinkSync(target, at(linked));
      const before = contentOf(around);
      const message = `expected a model without links in ${folder}, but ${linked} is a link`;
      const works = [
        () => readManifest(folder),
        () => readModel(folder, FILE_NAMES),
        () => publishModel(folder, makePayload(2), makeBody(2)),
        () => checkModelFolder(folder),
      ];
      for (const work of works) await assertRejects(work, 4, message, /cp -rL/);
      const locked = name === '.lock';
      const finish = () => finishPublication(folder, makePayload(1), manifest);
      await assertRejects(finish, locked ? 6 : 4, locked ? /lock, but it is a link$/ : message);
      assert.deepEqual(contentOf(around), before);
      rmSync(at(linked));
    }
    for (const target of ['nowhere', path.basename(linked)]) {
      symlinkSync(target, at(linked));
      const message = new RegExp(`${linked} is a link that leads nowhere$`);
      await assertRejects(() => readModel(folder, FILE_NAMES), 4, message);
      await assertRejects(() => checkModelFolder(folder), 4, message);
      rmSync(at(linked));
    }
  });
}

test('when the folder itself is a link then the model is read and written there', {
  skip: POSIX,
}, async (t) => {
  const { around, folder } = await publish(t);
  const link = path.join(around, 'link');
  symlinkSync('model', link);
  await readModel(link, FILE_NAMES);
  const { version } = await publishModel(link, makePayload(2), makeBody(2));
  assert.equal((await readManifest(folder)).version, version);
  assert.ok(lstatSync(link).isSymbolicLink(), 'still a link');
  rmSync(folder, { recursive: true });
  await assertRejects(() => checkModelFolder(link), 6, /link, but no folder can be found/);
});

test('when copies for other programs are links then these are replaced, not written through', {
  skip: POSIX,
}, async (t) => {
  const { around, folder, at } = await publish(t);
  const outside = path.join(around, 'outside');
  for (const name of ['model.onnx', 'head/model.json', '.gitattributes']) {
    cpSync(at(name), outside, { force: true });
    rmSync(at(name));
    symlinkSync(outside, at(name));
  }
  const before = readFileSync(outside);
  await publishModel(folder, makePayload(2), makeBody(2));
  assert.deepEqual(readFileSync(outside), before);
  assert.ok(lstatSync(at('model.onnx')).isFile(), 'a file of its own');
});

test('when versions cannot be listed then links out of the model are refused all the same', {
  skip: POSIX || (process.getuid?.() === 0 && 'root lists every folder'),
}, async (t) => {
  const { around, folder, manifest, at } = await publish(t);
  const file = at(`versions/${manifest.version}/model.onnx`);
  renameSync(file, path.join(around, 'outside'));
  symlinkSync(path.join(around, 'outside'), file);
  chmodSync(at('versions'), 0o311);
  const message = /model\.onnx is a link that leads out of the folder$/;
  const refused = assertRejects(() => readModel(folder, FILE_NAMES), 4, message);
  await refused.finally(() => chmodSync(at('versions'), 0o755));
});
