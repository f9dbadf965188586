// One graph is taken from a file or an archive; nothing is unpacked, and bombs are bounded.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { UnfitError } from '../../src/base/errors.ts';
import { sha256 } from '../../src/base/hash.ts';
import { readFrozenFile } from '../../src/extractor/frozen-file.ts';
import { headerOf, tgzOf } from '../helpers/graph-def.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'imgdiag-frozen-'));
after(() => rmSync(folder, { recursive: true }));

const GRAPH = Buffer.from('the graph');

function write(name: string, bytes: Uint8Array): string {
  const file = path.join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

function archive(...names: string[]): string {
  const files = names.map((name) => {
    return {
      name,
      bytes: name === 'taken.pb' || name.includes('frozen') ? GRAPH : Buffer.from(name),
    };
  });
  return write('net.tgz', tgzOf(files));
}

describe('taken', () => {
  test('a .pb file, with its checksum', async () => {
    const { bytes, sums } = await readFrozenFile(write('net.pb', GRAPH));
    assert.deepEqual([bytes.toString(), sums], ['the graph', [sha256(GRAPH)]]);
  });

  const cases: readonly (readonly string[])[] = [
    [
      './mobilenet.ckpt.data',
      './mobilenet_eval.pbtxt',
      './mobilenet_frozen.pb',
      './mobilenet.tflite',
    ],
    ['LICENSE', 'taken.pb', 'cropped_panda.jpg'],
    ['saved_model.pb', 'net_frozen.pb'],
    ['net_frozen.pb', 'saved_model.pb', '._net_frozen.pb'],
  ];
  for (const names of cases) {
    test(`the graph among ${names.join(', ')}`, async () => {
      const file = archive(...names);
      const before = readdirSync(folder);
      const { bytes, sums } = await readFrozenFile(file);
      assert.equal(bytes.toString(), 'the graph');
      assert.deepEqual(
        sums.map(({ length }) => length),
        [64, 64, 96],
      );
      assert.deepEqual(readdirSync(folder), before);
    });
  }

  test("retrain.py's first network, by its name", async () => {
    const files = [
      { name: 'other.pb', bytes: Buffer.from('other') },
      { name: 'classify_image_graph_def.pb', bytes: GRAPH },
    ];
    const { bytes } = await readFrozenFile(write('inception-2015-12-05.tgz', tgzOf(files)));
    assert.equal(bytes.toString(), 'the graph');
  });
});

describe('refused', () => {
  const refused = (file: string, message: RegExp, most?: number) =>
    assert.rejects(readFrozenFile(file, most), (error) => {
      assert.ok(error instanceof UnfitError, `${error}`);
      assert.match(error.message, message);
      assert.ok(error.hint, 'a hint');
      return true;
    });

  test('several graphs, and none, by their names', async () => {
    await refused(archive('a_frozen.pb', 'b_frozen.pb', 'c.pb'), /found a_frozen.pb, b_frozen.pb$/);
    await refused(archive('a.pb', 'b.pb'), /found a.pb, b.pb$/);
    await refused(archive('a.ckpt', 'b', 'c', 'd', 'e'), /found a.ckpt, b, c and 2 more$/);
    await refused(archive(), /found no files$/);
  });

  test('what is cut, changed, or no archive', async () => {
    const whole = tgzOf([{ name: 'net_frozen.pb', bytes: Buffer.alloc(1e5, 'abcdefg') }]);
    await refused(write('cut.tgz', whole.subarray(0, -100)), /cut|unexpected end/);
    await refused(write('no.tgz', Buffer.from('<html>')), /incorrect header check/);
    await refused(
      write('noise.tar.gz', gzipSync(Buffer.alloc(2048, 'x'))),
      /something else than a tar/,
    );
    await refused(path.join(folder, 'absent.tgz'), /expected to read .*ENOENT/);
    await refused(path.join(folder, 'absent.pb'), /expected to read .*ENOENT/);
    await refused(
      write('page.pb', Buffer.from('<!DOCTYPE html><html></html>')),
      /found an HTML page/,
    );
  });

  test('a graph that is too large, by what the archive says of it', async () => {
    const header = headerOf('net_frozen.pb', 600e6, '0');
    await refused(write('large.tgz', gzipSync(header)), /net_frozen.pb of 600000000 bytes/);
  });

  test('what becomes gigabytes when it is unpacked, and more files than archives have', async () => {
    const zeros = Buffer.concat([headerOf('zeros', 7e9, '0'), Buffer.alloc(50e6)]);
    const bomb = write('bomb.tgz', gzipSync(zeros));
    await refused(bomb, /cut off/);
    await refused(bomb, /more than 49000000 bytes when it is unpacked/, 49e6);
    const many = tgzOf(Array(10_001).fill({ name: 'a', bytes: Buffer.alloc(0) }));
    await refused(write('many.tgz', many), /more than 10000 files/);
  });
});
