// Reads a model folder: only files that its manifest names, and only with the hashes it gives.

import path from 'node:path';
import { systemCode, UnfitError } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import { withoutReturns } from '../base/line-ends.ts';
import { readBounded, requireWithin } from '../base/read-bounded.ts';
import { requireNoLinks } from './links.ts';
import { type FileName, MANIFEST, type Manifest, parseManifest, VERSIONS } from './manifest.ts';
import { type Cause, contentCause, missingCause, readingCause, standIn } from './remedies.ts';

export interface Model {
  readonly folder: string;
  readonly manifest: Manifest;
  /** The requested files, verified. */
  readonly files: ReadonlyMap<FileName, Uint8Array>;
}

/**
 * In bytes. A manifest contains confusion matrices: 2,000 labels fit. A file larger than its
 * manifest states is not read at all, and what a manifest may state is limited in
 * manifest-schema.ts.
 */
export const MAX_MANIFEST_BYTES = 64e6;

/** A model may be replaced repeatedly while its files are read, so that a version is gone. */
const ATTEMPTS = 5;

/**
 * @throws UnfitError when there is no model, it is damaged, or of another schema version
 */
export async function readModel(folder: string, names: Iterable<FileName>): Promise<Model> {
  for (let attempt = 1; ; attempt++) {
    const manifest = await readManifest(folder);
    try {
      const files = new Map<FileName, Uint8Array>();
      for (const name of names) {
        const expected = manifest.files[name];
        // The model's schema has no such file.
        if (expected === null) continue;
        files.set(name, await readVerified(folder, manifest, name, expected));
      }
      return { folder, manifest, files };
    } catch (error) {
      const replaced = (await readManifest(folder)).version !== manifest.version;
      if (!replaced || attempt === ATTEMPTS) throw error;
    }
  }
}

/** @throws UnfitError, also when something in the folder is a link */
export async function readManifest(folder: string): Promise<Manifest> {
  await requireNoLinks(folder);
  const file = path.join(folder, MANIFEST);
  let text: string;
  try {
    text = await readManifestText(file);
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw await noModel(folder);
    const { what, hint } = readingCause(error, code);
    throw new UnfitError(`expected a readable model, but ${file} ${what}`, {
      code: 'model_unreadable',
      hint,
    });
  }
  const other = standIn(Buffer.from(text));
  if (other === undefined) return parseManifest(text, file);
  throw new UnfitError(`expected a model in ${folder}, but its ${MANIFEST} ${other.what}`, {
    code: 'model_damaged',
    hint: other.hint,
  });
}

async function noModel(folder: string): Promise<UnfitError> {
  const { what, hint } = await missingCause(folder);
  return new UnfitError(`expected a model in ${folder}, ${what}`, { code: 'model_missing', hint });
}

/** @throws a system error, or one of code `UNFIT_FILE` */
export async function readManifestText(file: string): Promise<string> {
  // Some editors put a byte order mark before it.
  return (await readBounded(file, MAX_MANIFEST_BYTES)).toString('utf8').replace(/^\ufeff/, '');
}

async function readVerified(
  folder: string,
  manifest: Manifest,
  name: FileName,
  expected: NonNullable<Manifest['files'][FileName]>,
): Promise<Uint8Array> {
  const saved = ('saved_as' in expected && expected.saved_as) || name;
  const file = path.join(folder, VERSIONS, manifest.version, saved);
  let cause: Cause;
  try {
    // Of a folder that cannot be listed.
    await requireWithin(folder, file);
    const isText = TEXTS.includes(name);
    const most = (isText ? TEXT_GROWS : BINARY_GROWS) * expected.bytes;
    const bytes = await readBounded(file, Math.max(Math.floor(most), ALWAYS_READ));
    const isWhole = (found: Buffer) =>
      found.length === expected.bytes && sha256(found) === expected.sha256;
    if (isWhole(bytes)) return bytes;
    // Git on Windows may have changed line ends.
    const original = bytes.length > expected.bytes ? withoutReturns(bytes) : bytes;
    if (isWhole(original)) return original;
    cause = contentCause(bytes, expected.bytes, isText);
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    cause = readingCause(error, code);
  }
  throw new UnfitError(`expected the model's ${name}, but ${file} ${cause.what}`, {
    code: 'model_damaged',
    hint: cause.hint,
  });
}

/** In bytes: what stands in a small file's place may be larger. */
const ALWAYS_READ = 1e6;
const TEXTS: readonly FileName[] = [
  'labels.txt',
  'evaluation.json',
  'split.json',
  'head/model.json',
];
/** How many times as large a file may be once each LF has become CR LF: one byte in 256 is an LF. */
const TEXT_GROWS = 2;
const BINARY_GROWS = 1.02;
