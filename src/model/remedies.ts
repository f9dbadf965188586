// Why a file of a model is not what its manifest says, and the remedy that fits the cause.

import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { diskTrouble } from '../base/disk-trouble.ts';
import { messageOf } from '../base/errors.ts';
import { UNFIT_FILE } from '../base/read-bounded.ts';
import { standInOf } from '../images/formats.ts';
import { MANIFEST, VERSIONS } from './manifest-schema.ts';

/** `what` goes on from the file's name. */
export interface Cause {
  readonly what: string;
  readonly hint: string;
}

/** Where the cause is not known: whoever has only the model can copy it, not train it. */
export const COPY_AGAIN =
  'copy the model again from where it came; where its images are, imgdiag retrain makes it anew';

const WHOLE_FOLDER =
  'copy the whole model folder again, with all that is in it (a .gitignore may leave out files)';

/** Undefined for a file that is what it looks like. */
export function standIn(bytes: Uint8Array): Cause | undefined {
  const found = standInOf(bytes);
  return found && { what: `is ${found.name}`, hint: found.hint ?? COPY_AGAIN };
}

/** A file that could be read, but does not have the hash of the manifest. */
export function contentCause(bytes: Buffer, expected: number, isText: boolean): Cause {
  if (bytes.length >= expected) {
    const what = 'does not have the hash given in manifest.json';
    return standIn(bytes) ?? { what, hint: COPY_AGAIN };
  }
  const what = `has only ${bytes.length} of ${expected} bytes`;
  // One byte pair in 65,536 is CR LF.
  const lacksReturns =
    !isText && bytes.length > LACKS_RETURNS * expected && !bytes.includes('\r\n');
  const hint = lacksReturns
    ? 'git or a transfer took it for text: copy it again as binary (in git, .gitattributes with: * -text)'
    : 'it was copied or downloaded in part: do that again';
  return standIn(bytes) ?? { what, hint };
}

/** Share of a file that is left where CR LF have become LF, and nothing else was done to it. */
const LACKS_RETURNS = 0.999;

/** A file that could not be read, for an error with a code. */
export function readingCause(error: unknown, code: string): Cause {
  if (code === UNFIT_FILE || code === 'EISDIR') return { what: messageOf(error), hint: COPY_AGAIN };
  if (code === 'ENOENT') return { what: 'is missing', hint: WHOLE_FOLDER };
  const denied = code === 'EACCES' || code === 'EPERM';
  const hint = denied ? 'change its permissions, or copy it again' : diskTrouble(error)?.hint;
  return { what: `cannot be read (${code})`, hint: hint ?? COPY_AGAIN };
}

/** Names of a folder that are tried. */
const TRIED = 50;

/** A folder without a manifest: where the model may be instead. `what` goes on from a comma. */
export async function missingCause(folder: string): Promise<Cause> {
  const found = await statOf(folder);
  if (found?.isFile()) {
    return { what: 'found a file', hint: `give the folder of the model: ${path.dirname(folder)}` };
  }
  const what = `found no ${MANIFEST} there`;
  const names = found ? await readdir(folder).catch(() => []) : [];
  for (const near of ['..', '../..', ...names.slice(0, TRIED)]) {
    const place = path.join(folder, near);
    if (await isModel(place)) return { what, hint: `give the folder of the model: ${place}` };
  }
  if (names.includes(VERSIONS) || names.includes('model.onnx')) return { what, hint: WHOLE_FOLDER };
  return {
    what,
    hint: 'train one with imgdiag retrain --image_dir DIR, or give the folder of a model as --model_dir',
  };
}

async function isModel(folder: string): Promise<boolean> {
  const found = [MANIFEST, VERSIONS].map((name) => statOf(path.join(folder, name)));
  return (await Promise.all(found)).every((one) => one !== undefined);
}

async function statOf(file: string) {
  return stat(file).catch(() => undefined);
}
