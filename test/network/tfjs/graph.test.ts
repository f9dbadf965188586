// A graph model is read whole and checked; its files cannot reach outside their folder.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { UnfitError } from '../../../src/base/errors.ts';
import {
  hashOfTfjsFiles,
  parseTfjsGraph,
  readTfjsFolder,
} from '../../../src/network/tfjs/graph.ts';
import {
  flag,
  float,
  integer,
  integers,
  randomWeight,
  syntheticFiles,
  text,
  texts,
} from '../../helpers/synthetic-graph.ts';

const attr = {
  padding: text('SAME'),
  strides: integers(1, 2, 2, 1),
  fused_ops: texts('BiasAdd', 'Relu6'),
  explicit_paddings: { list: {} },
  epsilon: float(0.001),
  num_args: integer(1),
  keep_dims: flag(true),
};
const FILES = syntheticFiles([{ name: 'out', op: 'Relu', input: ['x', '^control'], attr }], {
  w: randomWeight([2, 3]),
});

const unfit = (pattern: RegExp) => (error: unknown) =>
  error instanceof UnfitError && pattern.test(error.message) && error.hint !== undefined;

const POSIX = process.platform === 'win32' ? 'needs a POSIX file system' : false;

describe('parsing', () => {
  test('nodes, attributes and weights', () => {
    const { nodes, weights } = parseTfjsGraph(FILES);
    assert.deepEqual([...nodes.keys()], ['x', 'w', 'out']);
    const out = nodes.get('out');
    assert.deepEqual(out?.inputs, ['x', '^control']);
    assert.deepEqual(Object.fromEntries(out?.attributes ?? []), {
      padding: { text: 'SAME' },
      strides: { integers: [1, 2, 2, 1] },
      fused_ops: { integers: [], texts: ['BiasAdd', 'Relu6'] },
      explicit_paddings: { integers: [] },
      epsilon: { float: 0.001 },
      num_args: { integer: 1 },
      keep_dims: { flag: true },
    });
    assert.deepEqual(nodes.get('x')?.attributes.get('shape'), { dims: [-1, -1, -1, 3] });
    assert.deepEqual(weights.get('w')?.shape, [2, 3]);
  });

  const model = JSON.parse(Buffer.from(FILES.topology).toString());
  const faults: Record<string, [unknown, RegExp]> = {
    'a layers model': [{ ...model, format: 'layers-model' }, /found a Keras layers model/],
    "Teachable Machine's model": [
      { modelTopology: { class_name: 'Sequential', config: [] }, weightsManifest: [] },
      /found a Keras layers model/,
    ],
    'a model of Keras as converted': [
      { modelTopology: { keras_version: '2', model_config: {} }, weightsManifest: [] },
      /found a Keras layers model/,
    ],
    'another format': [{ ...model, format: 'strange' }, /found format: /],
    'no weights manifest': [{ ...model, weightsManifest: undefined }, /found weightsManifest: /],
    'a node without an operator': [
      { ...model, modelTopology: { node: [{ name: 'x' }] } },
      /found modelTopology\.node\.0\.op: /,
    ],
    'a node twice': [
      {
        ...model,
        modelTopology: { node: [...model.modelTopology.node, { name: 'x', op: 'Relu' }] },
      },
      /node x occurs twice/,
    ],
    'a weight of strings': [
      {
        ...model,
        weightsManifest: [{ paths: [], weights: [{ name: 's', shape: [], dtype: 'string' }] }],
      },
      /found weightsManifest\.0\.weights\.0\.dtype: /,
    ],
    'a number': [7, /found the file: /],
  };
  for (const [name, [json, pattern]] of Object.entries(faults)) {
    test(`${name} is refused`, () => {
      const topology = Buffer.from(JSON.stringify(json));
      assert.throws(() => parseTfjsGraph({ ...FILES, topology }), unfit(pattern));
    });
  }

  test('text that is not JSON, and bytes that are not text, are refused', () => {
    for (const topology of [Buffer.from('{'), Buffer.of(0xff, 0xfe, 0x00)]) {
      assert.throws(
        () => parseTfjsGraph({ ...FILES, topology }),
        unfit(/^expected a TensorFlow\.js graph model in model\.json, found /),
      );
    }
  });
});

describe('reading a folder', () => {
  async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
    const folder = await mkdtemp(path.join(tmpdir(), 'imgdiag-'));
    try {
      await run(folder);
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  test('reads model.json and its shards', () =>
    inFolder(async (folder) => {
      await writeFile(path.join(folder, 'model.json'), FILES.topology);
      await writeFile(path.join(folder, 'weights.bin'), FILES.shards[0]);
      const files = await readTfjsFolder(folder);
      assert.equal(hashOfTfjsFiles(files), hashOfTfjsFiles(FILES));
      const lines = JSON.stringify(JSON.parse(`${FILES.topology}`), null, 2);
      const hashes: string[] = [];
      for (const end of ['\n', '\r\n']) {
        await writeFile(path.join(folder, 'model.json'), lines.replaceAll('\n', end));
        hashes.push(hashOfTfjsFiles(await readTfjsFolder(folder)));
      }
      assert.equal(hashes[0], hashes[1], 'git may have changed line ends');
      assert.deepEqual([...parseTfjsGraph(files).nodes.keys()], ['x', 'w', 'out']);
    }));

  test('a missing file is named', () =>
    inFolder(async (folder) => {
      await assert.rejects(readTfjsFolder(folder), unfit(/expected to read .*model\.json: ENOENT/));
      await writeFile(path.join(folder, 'model.json'), FILES.topology);
      await assert.rejects(
        readTfjsFolder(folder),
        unfit(/expected to read .*weights\.bin: ENOENT/),
      );
    }));

  test('a pointer in place of weights is called that', () =>
    inFolder(async (folder) => {
      await writeFile(path.join(folder, 'model.json'), FILES.topology);
      const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n';
      await writeFile(path.join(folder, 'weights.bin'), pointer);
      await assert.rejects(readTfjsFolder(folder), unfit(/weights\.bin, found a Git LFS pointer/));
    }));

  for (const name of [
    '../weights.bin',
    '/etc/hostname',
    'C:\\weights.bin',
    'a/../../b.bin',
    'http://host/b',
  ]) {
    test(`the path ${name} is refused`, () =>
      inFolder(async (folder) => {
        const json = Buffer.from(FILES.topology)
          .toString()
          .replace('"weights.bin"', JSON.stringify(name));
        await writeFile(path.join(folder, 'model.json'), json);
        await assert.rejects(readTfjsFolder(folder), unfit(/inside its folder, found /));
      }));
  }

  test('a shard is read once, and not beyond what model.json states', () =>
    inFolder(async (folder) => {
      const text = Buffer.from(FILES.topology).toString();
      const write = (json: string) => writeFile(path.join(folder, 'model.json'), json);
      await writeFile(path.join(folder, 'weights.bin'), FILES.shards[0]);
      await write(text.replace('"weights.bin"', Array(3000).fill('"weights.bin"').join()));
      await assert.rejects(readTfjsFolder(folder), unfit(/the weight file weights\.bin twice/));
      await write(text);
      await truncate(path.join(folder, 'weights.bin'), FILES.shards[0].length + 7);
      await assert.rejects(readTfjsFolder(folder), unfit(/found 7 bytes more in weights\.bin/));
      await truncate(path.join(folder, 'weights.bin'), 5e11);
      await assert.rejects(
        readTfjsFolder(folder),
        unfit(/weights\.bin, but it has 500000000000 b/),
      );
      await write(text.replace(/"shape":\[\d+/, '"shape":[1e15'));
      await assert.rejects(readTfjsFolder(folder), unfit(/found weights of \d+ bytes/));
    }));

  test('a link out of the folder and a pipe are refused', { skip: POSIX }, () =>
    inFolder(async (folder) => {
      await writeFile(path.join(folder, 'model.json'), FILES.topology);
      await symlink('/dev/zero', path.join(folder, 'weights.bin'));
      await assert.rejects(
        readTfjsFolder(folder),
        unfit(/weights\.bin, but it is a link that leads/),
      );
      await rm(path.join(folder, 'model.json'));
      execFileSync('mkfifo', [path.join(folder, 'model.json')]);
      await assert.rejects(
        readTfjsFolder(folder),
        unfit(/model\.json, but it is a pipe or a device/),
      );
    }),
  );
});

test('the hash changes with any byte of any file', () => {
  const [shard] = FILES.shards;
  const changed = Uint8Array.from(shard);
  changed[5] ^= 1;
  const hashes = [
    hashOfTfjsFiles(FILES),
    hashOfTfjsFiles({ ...FILES, shards: [changed] }),
    hashOfTfjsFiles({ ...FILES, topology: Buffer.concat([FILES.topology, Buffer.from(' ')]) }),
    hashOfTfjsFiles({ ...FILES, shards: [shard.subarray(0, 8), shard.subarray(8)] }),
  ];
  assert.equal(new Set(hashes).size, hashes.length);
  assert.equal(hashOfTfjsFiles({ ...FILES, shards: [Uint8Array.from(shard)] }), hashes[0]);
});
