// The ONNX graphs that users bring, where they lie beside the checkout.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { makeFolder } from './make-folder.ts';
import { ROOT } from './run-cli.ts';

export const GRAPHS = path.join(ROOT, '..', 'shared', 'graphs');
const isAbsent = !existsSync(path.join(GRAPHS, 'onnx.json'));
/** For `skip` of a test. */
export const noGraphs = isAbsent ? `${path.join('..', 'shared', 'graphs')} is absent` : false;

/** `NAME.onnx.gz`, or `NAME.tar.gz` of a folder. */
const PACKED = /^(?<name>.*)\.(?<kind>onnx\.gz|tar\.gz)$/;

/** Names of files in `GRAPHS`. */
export function sharedGraphs(): readonly string[] {
  return isAbsent ? [] : readdirSync(GRAPHS).filter((file) => PACKED.test(file));
}

/** Unpacks a file or folder. @returns its path */
export function unpackGraph(t: TestContext, file: string): string {
  const { name = '', kind } = PACKED.exec(file)?.groups ?? {};
  const folder = makeFolder(t);
  const packed = path.join(GRAPHS, file);
  if (kind === 'tar.gz') {
    execFileSync('tar', ['-xzf', packed, '-C', folder]);
    return path.join(folder, name);
  }
  const unpacked = path.join(folder, `${name}.onnx`);
  writeFileSync(unpacked, gunzipSync(readFileSync(packed)));
  return unpacked;
}

/** The network in a file or folder of `unpackGraph`. */
export function networkIn(unpacked: string): string {
  if (unpacked.endsWith('.onnx')) return unpacked;
  const found = readdirSync(unpacked, { recursive: true, encoding: 'utf8' });
  return path.join(unpacked, found.find((file) => file.endsWith('.onnx')) ?? 'none.onnx');
}
