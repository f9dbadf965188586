// Reads the list of `--files_from`: paths, one per line or separated by NUL bytes.

import { encodingOf } from '../base/encoding.ts';
import { InputError, messageOf, systemCode } from '../base/errors.ts';
import { expandHome } from '../base/home.ts';
import { readList, UNFIT_FILE } from '../base/read-bounded.ts';
import type { Place } from '../images/read.ts';

/**
 * Paths as on the command line; UTF-8, UTF-16 with a byte order mark, or whatever bytes they have.
 * @param file `-` for standard input
 * @throws InputError when it cannot be read or names nothing
 */
export async function readFileList(file: string): Promise<Place[]> {
  const name = file === '-' ? 'standard input' : file;
  const places = splitList(await readBytes(file, name)).map((bytes) => {
    const text = bytes.toString();
    return Buffer.from(text).equals(bytes) ? expandHome(text) : bytes;
  });
  if (places.length > 0) return places;
  throw new InputError(`expected paths in ${name}, found none`, {
    hint: 'one path per line, or separated by NUL bytes as find -print0 does',
  });
}

async function readBytes(file: string, name: string): Promise<Buffer> {
  try {
    return await readList(file);
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    const found =
      code === 'ENOENT'
        ? 'found nothing there'
        : `but it ${code === UNFIT_FILE ? messageOf(error) : `cannot be read (${code})`}`;
    throw new InputError(`expected a list of files in ${name}, ${found}`, {
      hint: 'give a text file with one path per line, or - for standard input',
      cause: error,
    });
  }
}

function splitList(content: Buffer): Buffer[] {
  const bytes = asUtf8(content);
  // Without NUL, lines; a CR before their end belongs to it.
  const end = bytes.includes(0) ? 0 : 10;
  const parts: Buffer[] = [];
  for (let from = 0; from < bytes.length; ) {
    const found = bytes.indexOf(end, from);
    const to = found < 0 ? bytes.length : found;
    const part = bytes.subarray(from, end === 10 && bytes[to - 1] === 13 ? to - 1 : to);
    if (part.length > 0) parts.push(part);
    from = to + 1;
  }
  return parts;
}

/** Without its mark. Names in UTF-8 text may be other bytes, and stay so. */
function asUtf8(bytes: Buffer): Buffer {
  const encoding = encodingOf(bytes);
  if (encoding !== 'utf-8') return Buffer.from(new TextDecoder(encoding).decode(bytes));
  return bytes.toString('hex', 0, 3) === 'efbbbf' ? bytes.subarray(3) : bytes;
}
