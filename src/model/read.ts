// Reads a model folder: only files that its manifest names, and only with the hashes it gives.

import path from 'node:path';
import { messageOf, systemCode, UnfitError } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import { readBounded, requireWithin, UNFIT_FILE } from '../base/read-bounded.ts';
import { type FileName, MANIFEST, type Manifest, parseManifest, VERSIONS } from './manifest.ts';

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

/** @throws UnfitError */
export async function readManifest(folder: string): Promise<Manifest> {
  const file = path.join(folder, MANIFEST);
  try {
    return parseManifest(await readManifestText(file), file);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new UnfitError(`expected a model in ${folder}, found no ${MANIFEST} there`, {
        code: 'model_missing',
        hint: 'train one with imgdiag retrain --image_dir DIR, or give the folder of a model as --model_dir',
      });
    }
    if (code !== undefined && !(error instanceof UnfitError)) {
      throw new UnfitError(`expected a readable model, but ${file} ${reasonOf(error, code)}`, {
        code: 'model_unreadable',
        hint: 'change the permissions, or give another --model_dir',
      });
    }
    throw error;
  }
}

/** @throws a system error, or one of code `UNFIT_FILE` */
export async function readManifestText(file: string): Promise<string> {
  return (await readBounded(file, MAX_MANIFEST_BYTES)).toString('utf8');
}

function reasonOf(error: unknown, code: string): string {
  return code === UNFIT_FILE ? messageOf(error) : `cannot be read (${code})`;
}

async function readVerified(
  folder: string,
  manifest: Manifest,
  name: FileName,
  expected: NonNullable<Manifest['files'][FileName]>,
): Promise<Uint8Array> {
  const saved = ('saved_as' in expected && expected.saved_as) || name;
  const file = path.join(folder, VERSIONS, manifest.version, saved);
  let reason: string;
  try {
    await requireWithin(folder, file);
    const bytes = await readBounded(file, expected.bytes);
    if (bytes.length === expected.bytes && sha256(bytes) === expected.sha256) return bytes;
    reason = 'does not have the hash given in manifest.json';
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    reason = reasonOf(error, code);
  }
  throw new UnfitError(`expected the model's ${name}, but ${file} ${reason}`, {
    code: 'model_damaged',
    hint: 'run imgdiag retrain again: it replaces the damaged file',
  });
}
