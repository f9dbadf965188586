// Weights in other files: nothing but regular files in the folder of the network is opened.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { key, message, text, VARINT } from '../../../src/base/protobuf.ts';
import { readOnnxFile } from '../../../src/extractor/onnx/read-file.ts';
import { makeFolder } from '../../helpers/make-folder.ts';
import { model, tensor } from '../../helpers/onnx-fields.ts';

/** A network of one constant, floats from byte 4 of another file. */
function naming(location: string, count = 2): Uint8Array {
  const constant = tensor('c', 'float32', [count], (w) => {
    for (const [field, value] of Object.entries({ location, offset: '4' })) {
      message(w, 13, (entry) => {
        text(entry, 1, field);
        text(entry, 2, value);
      });
    }
    w.uint32(key(14, VARINT)).int32(1);
  });
  return model({ graph: (w) => message(w, 5, constant) });
}

const WEIGHTS = new Uint8Array(Float32Array.of(1, 2, 3).buffer);

test('when weights lie beside a network then they are read, and are a part of its hash', async (t) => {
  const folder = makeFolder(t, { 'a.onnx': naming('deep/w.bin'), 'deep/w.bin': WEIGHTS });
  const file = path.join(folder, 'a.onnx');
  const { graph, sha256 } = await readOnnxFile(file);
  assert.deepEqual([...graph.initializers[0].bytes], [...WEIGHTS.subarray(4)]);
  writeFileSync(
    path.join(folder, 'deep', 'w.bin'),
    WEIGHTS.map((byte) => byte ^ 1),
  );
  assert.notEqual((await readOnnxFile(file)).sha256, sha256);
});

test('when weights are missing, cut, or somewhere else then the file is named', async (t) => {
  const folder = makeFolder(t, {
    'outside.bin': WEIGHTS,
    'net/cut.bin': WEIGHTS.subarray(0, 11),
  });
  const net = path.join(folder, 'net');
  const file = path.join(net, 'a.onnx');
  mkdirSync(path.join(net, 'folder.bin'));
  symlinkSync('../outside.bin', path.join(net, 'link.bin'));
  symlinkSync('..', path.join(net, 'up'));
  execFileSync('mkfifo', [path.join(net, 'pipe.bin')]);
  for (const [location, found] of [
    ['none.bin', /none\.bin, found nothing there/],
    ['cut.bin', /cut\.bin, found 11 bytes where 12 are needed/],
    ['../outside.bin', /leads out of its folder/],
    [path.join(folder, 'outside.bin'), /leads out of its folder/],
    [path.join(net, 'cut.bin'), /leads out of its folder/],
    ['link.bin', /leads out of its folder/],
    ['up/outside.bin', /leads out of its folder/],
    ['folder.bin', /found a folder, a pipe or a device/],
    ['pipe.bin', /found a folder, a pipe or a device/],
  ] as const) {
    writeFileSync(file, naming(location));
    await assert.rejects(readOnnxFile(file), { name: 'UnfitError', message: found }, location);
  }
  rmSync(file);
  await assert.rejects(readOnnxFile(file), { name: 'UnfitError', message: /expected to read/ });
});

test('when a pointer stands in place of weights or network then it is named', async (t) => {
  const pointer = 'version https://git-lfs.github.com/spec/v1\n';
  const folder = makeFolder(t, {
    'p.onnx': pointer,
    'a.onnx': naming('w.bin', 100),
    'w.bin': pointer,
  });
  for (const name of ['p.onnx', 'a.onnx']) {
    await assert.rejects(readOnnxFile(path.join(folder, name)), /found a Git LFS pointer/, name);
  }
});
