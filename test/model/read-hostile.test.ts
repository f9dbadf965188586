// A model folder from a stranger: pipes, sizes and names that would lead a reader astray.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { UnfitError } from '../../src/base/errors.ts';
import { checkModelFolder } from '../../src/model/folder.ts';
import {
  FILE_NAMES,
  MAX_NETWORK_BYTES,
  parseManifest,
  versionOf,
} from '../../src/model/manifest.ts';
import { MAX_MANIFEST_BYTES, readManifest, readModel } from '../../src/model/read.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { makeBody, makeManifest, makePayload, publishModel } from '../helpers/make-model.ts';

const POSIX = process.platform === 'win32' ? 'needs a POSIX file system' : false;

async function publish(t: test.TestContext) {
  const folder = path.join(makeFolder(t), 'model');
  const { version } = await publishModel(folder, makePayload(1), makeBody(1));
  return { folder, file: (name: string) => path.join(folder, 'versions', version, name) };
}

async function assertUnread(folder: string, what: RegExp) {
  await assert.rejects(readModel(folder, FILE_NAMES), (error) => {
    assert.ok(error instanceof UnfitError, String(error));
    assert.match(error.message, what);
    return true;
  });
}

test('when a file is a pipe or a folder then nobody waits for it', { skip: POSIX }, async (t) => {
  const { folder, file } = await publish(t);
  rmSync(file('model.onnx'));
  execFileSync('mkfifo', [file('model.onnx')]);
  await assertUnread(folder, /model\.onnx is a pipe or a device, not a file$/);
  rmSync(path.join(folder, 'manifest.json'));
  execFileSync('mkfifo', [path.join(folder, 'manifest.json')]);
  await assertUnread(folder, /manifest\.json is a pipe or a device, not a file$/);
  await assert.doesNotReject(checkModelFolder(folder));
  await publishModel(folder, makePayload(1), makeBody(1));
  await readModel(folder, FILE_NAMES);
});

test('when a file is larger than its manifest says then it is not read', async (t) => {
  const { folder, file } = await publish(t);
  truncateSync(file('model.onnx'), 5e11);
  await assertUnread(folder, /model\.onnx has 500000000000 bytes, more than \d+$/);
});

test('when a manifest is larger than any then it is not read', async (t) => {
  const { folder } = await publish(t);
  truncateSync(path.join(folder, 'manifest.json'), MAX_MANIFEST_BYTES + 1);
  await assertUnread(folder, /manifest\.json has 64000001 bytes, more than 64000000$/);
});

test('when a manifest states a length beyond the limits then it is refused', () => {
  const { version: _, ...content } = makeManifest();
  content.files['model.onnx'].bytes = MAX_NETWORK_BYTES + 1;
  const text = JSON.stringify({ ...content, version: versionOf(content) });
  assert.throws(() => parseManifest(text, 'm'), /files\.model\.onnx\.bytes/);
});

test('when a manifest tries to lead elsewhere then it is refused', async (t) => {
  const { folder } = await publish(t);
  const manifest = path.join(folder, 'manifest.json');
  const text = readFileSync(manifest, 'utf8');
  const { version, files } = JSON.parse(text) as { version: string; files: object };
  const changes: [string, string][] = [
    [version, '../../etc'],
    [version, `${version}/..`],
    ['"model.onnx"', '"../model.onnx"'],
    ['"labels.txt"', '"/etc/passwd"'],
  ];
  assert.equal(Object.keys(files).length, FILE_NAMES.length);
  for (const [from, to] of changes) {
    writeFileSync(manifest, text.replaceAll(from, to));
    await assertUnread(folder, /it is damaged/);
  }
});

test('when the extractor of a manifest is a path then it is refused', () => {
  for (const id of ['/etc', './x', '../x', 'a/b', 'a\\b', '', '.', 'C:x', '~/x', 'a\0']) {
    const { version: _, ...content } = makeManifest();
    const forged = { ...content, extractor: { ...content.extractor, id } };
    const text = JSON.stringify({ ...forged, version: versionOf(forged) });
    assert.throws(
      () => parseManifest(text, 'm'),
      /extractor\.id: not the name of an extractor/,
      id,
    );
  }
});

test('when a label of a manifest is no label then it is refused', () => {
  const labelled = (label: string) => {
    const { version: _, ...content } = makeManifest([label, 'healthy']);
    return JSON.stringify({ ...content, version: versionOf(content) });
  };
  for (const label of ['..', '.', '', 'a/b', 'a\\b', '../../x', 'a\0', '\n', 'x'.repeat(256)]) {
    assert.throws(
      () => parseManifest(labelled(label), 'm'),
      /^UnfitError: expected an imgdiag model in m, but it is damaged \(labels\.0: expected labels .*, found /,
      JSON.stringify(label),
    );
  }
  for (const label of ['CON', 'a:b', '...', '=1', 'x'.repeat(255)]) {
    assert.deepEqual(parseManifest(labelled(label), 'm').labels, [label, 'healthy']);
  }
});

test('when JSON names prototypes then nothing is polluted', async (t) => {
  const { folder } = await publish(t);
  const manifest = path.join(folder, 'manifest.json');
  const text = readFileSync(manifest, 'utf8');
  for (const key of ['__proto__', 'constructor', 'prototype']) {
    for (const at of ['{', '"options": {', '"files": {', '"preprocessing": {']) {
      writeFileSync(manifest, text.replace(at, `${at} "${key}": {"polluted": true},`));
      await assert.rejects(readManifest(folder), UnfitError);
    }
    // A label may be called so.
    const body = makeBody(0, [key, 'healthy']);
    await publishModel(folder, makePayload(0), body);
    assert.deepEqual((await readManifest(folder)).labels, [key, 'healthy']);
  }
  assert.equal((Object.prototype as { polluted?: unknown }).polluted, undefined);
  assert.equal(({} as { polluted?: unknown }).polluted, undefined);
});
