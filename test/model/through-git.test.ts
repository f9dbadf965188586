// A model that is committed and cloned where git changes line ends stays whole.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { FILE_NAMES } from '../../src/model/manifest.ts';
import { readModel } from '../../src/model/read.ts';
import type { Payload } from '../../src/model/write.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { makeBody, publishModel } from '../helpers/make-model.ts';

const HAS_GIT = (() => {
  try {
    execFileSync('git', ['--version']);
    return true;
  } catch {
    return false;
  }
})();
const SKIP = HAS_GIT ? false : 'needs git';

const BINARY = Buffer.from([0, 10, 255, 13, 10]);
const PAYLOAD: Payload = {
  'model.onnx': BINARY,
  'labels.txt': 'a\nb\n',
  'evaluation.json': '{\n}\n',
  'split.json': '{\n}\n',
  'out_of_distribution.bin': BINARY,
  'head/model.json': '[\n]\n',
  'head/weights.bin': BINARY,
};
/** Without NUL, git takes it for text. */
const LIKE_TEXT = { ...PAYLOAD, 'head/weights.bin': 'numbers\nthat happen to be letters\n' };

/** What a clone makes of a model in a repository, with line ends as on Windows. */
async function clone(
  t: TestContext,
  payload: Payload,
  attributes = '',
  before?: (model: string) => void,
): Promise<string> {
  const folder = makeFolder(t, { 'repository/.gitattributes': attributes });
  const git = (...words: string[]) => execFileSync('git', words, { cwd: folder, stdio: 'pipe' });
  const model = path.join(folder, 'repository', 'model');
  await publishModel(model, payload, makeBody(1));
  before?.(model);
  git('init', '-q', 'repository');
  git('-C', 'repository', 'add', '.');
  const author = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.org'];
  git('-C', 'repository', ...author, 'commit', '-q', '-m', 'A model');
  git('clone', '-q', '-c', 'core.autocrlf=true', 'repository', 'clone');
  return path.join(folder, 'clone', 'model');
}

async function assertWhole(folder: string, payload: Payload): Promise<void> {
  const { files } = await readModel(folder, FILE_NAMES);
  for (const name of FILE_NAMES) {
    assert.deepEqual(Buffer.from(files.get(name) ?? ''), Buffer.from(payload[name]), name);
  }
}

test('when git changes line ends then not those of a model', { skip: SKIP }, async (t) => {
  for (const attributes of ['', '* text=auto\n', '* text\n']) {
    const folder = await clone(t, LIKE_TEXT, attributes);
    assert.equal(readFileSync(path.join(folder, 'labels.txt'), 'utf8'), 'a\nb\n');
    await assertWhole(folder, LIKE_TEXT);
  }
});

test('when a model of an earlier version came through git then it is read all the same', {
  skip: SKIP,
}, async (t) => {
  const folder = await clone(t, PAYLOAD, '', (model) => rmSync(path.join(model, '.gitattributes')));
  assert.equal(readFileSync(path.join(folder, 'labels.txt'), 'utf8'), 'a\r\nb\r\n');
  await assertWhole(folder, PAYLOAD);
});

test('when somebody has attributes of their own in a model folder then they stay', async (t) => {
  const folder = makeFolder(t);
  const file = path.join(folder, '.gitattributes');
  await publishModel(folder, PAYLOAD, makeBody(1));
  assert.equal(readFileSync(file, 'utf8'), '* -text\n');
  writeFileSync(file, '*.onnx filter=lfs\n');
  await publishModel(folder, PAYLOAD, makeBody(2));
  assert.equal(readFileSync(file, 'utf8'), '*.onnx filter=lfs\n');
});
