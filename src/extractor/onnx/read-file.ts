// Reads an .onnx file of somebody else, with the constants that lie in other files of its folder.

import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { messageOf, systemCode, UnfitError } from '../../base/errors.ts';
import { MalformedError } from '../../base/protobuf-read.ts';
import {
  isTooLarge,
  isWithin,
  readBounded,
  UNFIT_FILE,
  WITHOUT_WAITING,
} from '../../base/read-bounded.ts';
import { standInOf } from '../../images/formats.ts';
import type { OnnxGraph } from '../../network/onnx/graph.ts';
import { readOnnxModel } from '../../network/onnx/read.ts';
import type { ExternalData } from '../../network/onnx/read-tensor.ts';

/** In bytes, of a file and of all constants: a saved network is one message of protobuf, of 2^31 at most. */
const MAX_BYTES = 2e9;
/** As many bytes of a file as tell what stands in its place. */
const HEAD = 512;

export interface OnnxFile {
  readonly graph: OnnxGraph;
  /** Of the file; with constants elsewhere, over the file and those in the order in which it names them. */
  readonly sha256: string;
}

/** @throws UnfitError for anything else than a network that is supported, or one above 2 GB */
export async function readOnnxFile(file: string): Promise<OnnxFile> {
  try {
    const bytes = await readBounded(file, MAX_BYTES);
    const other = standInOf(bytes);
    if (other !== undefined) throw notOnnx(file, other.name, other.hint);
    const hash = createHash('sha256').update(bytes);
    const graph = readOnnxModel(bytes, (record) => {
      const part = readExternal(path.dirname(file), record);
      hash.update(part);
      return part;
    });
    const weights = graph.initializers.reduce((sum, { bytes }) => sum + bytes.length, 0);
    if (weights > MAX_BYTES) throw tooLarge(file);
    return { graph, sha256: hash.digest('hex') };
  } catch (error) {
    if (error instanceof MalformedError) throw notOnnx(file, messageOf(error), undefined, error);
    if (error instanceof UnfitError) throw error;
    if (isTooLarge(error)) throw tooLarge(file);
    const unfit = systemCode(error) === UNFIT_FILE;
    throw new UnfitError(
      `expected to read ${file}${unfit ? ', but it' : ':'} ${messageOf(error)}`,
      { hint: HINT, cause: error },
    );
  }
}

const HINT = 'a network is one .onnx file, with other files of weights beside it if it names them';

function tooLarge(file: string): UnfitError {
  return notOnnx(file, 'one above 2 GB', 'look for a smaller one, or a float16 export of it');
}

function notOnnx(file: string, found: string, hint = HINT, cause?: unknown): UnfitError {
  return new UnfitError(`expected an ONNX network in ${file}, found ${found}`, { hint, cause });
}

/** A network names these files, so that nothing beside a regular one in its own folder is opened. */
function readExternal(folder: string, { location, offset, length }: ExternalData): Uint8Array {
  const file = path.join(folder, location);
  const refuse = (found: string, hint = HINT) =>
    new UnfitError(`expected weights of the network in ${file}, ${found}`, { hint });
  let handle: number;
  try {
    if (path.isAbsolute(location) || !isWithin(realpathSync(folder), realpathSync(file))) {
      throw refuse('but that leads out of its folder', 'use only networks that you trust');
    }
    handle = openSync(file, WITHOUT_WAITING);
  } catch (error) {
    if (error instanceof UnfitError) throw error;
    throw refuse(
      systemCode(error) === 'ENOENT' ? 'found nothing there' : `found ${messageOf(error)}`,
      'copy it together with the .onnx file',
    );
  }
  try {
    const found = fstatSync(handle);
    if (!found.isFile()) throw refuse('found a folder, a pipe or a device');
    if (found.size < offset + length) {
      const other = standInOf(readAt(handle, 0, Math.min(HEAD, found.size)));
      throw refuse(
        `found ${other?.name ?? `${found.size} bytes where ${offset + length} are needed`}`,
        other?.hint ?? 'copy it again: it is cut',
      );
    }
    return readAt(handle, offset, length);
  } finally {
    closeSync(handle);
  }
}

function readAt(handle: number, from: number, length: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(length);
  for (let done = 0; done < length; ) {
    const read = readSync(handle, bytes, done, length - done, from + done);
    if (read === 0) throw new MalformedError('weights that became fewer while they were read');
    done += read;
  }
  return bytes;
}
