// Reads a tar archive that nobody vouches for while it streams by: nothing is written anywhere.
// https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html

/** A file in an archive. */
export interface TarFile {
  /** As written: no path to be followed. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** Its content, once, before the next file is asked for; what is not read is passed over. */
  read(): Promise<Buffer>;
}

/** What is wrong with an archive; whoever reads it says where. */
export class TarError extends Error {}

const BLOCK = 512;
/** Bytes of a name, or of the records about a file. */
const MAX_NOTE = 65_536;
/** Types of entry: files, and notes about the next one. */
const FILES = ['0', '\0', '7'];
const LONG_NAME = 'L';
const RECORDS = 'x';

/** @throws TarError for what is no archive, or is cut off */
export async function* readTar(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TarFile> {
  const bytes = createPuller(chunks);
  let noted: string | undefined;
  for (;;) {
    const header = await bytes.take(BLOCK);
    if (header.every((byte) => byte === 0)) break;
    requireChecksum(header);
    const size = octal(header, 124, 12);
    const type = header.toString('latin1', 156, 157);
    const padding = (BLOCK - (size % BLOCK)) % BLOCK;
    if (type === LONG_NAME || type === RECORDS) {
      if (size > MAX_NOTE) throw new TarError(`a name of ${size} bytes`);
      const note = await bytes.take(size);
      noted = (type === RECORDS ? recordedPath(note) : textOf(note)) ?? noted;
      await bytes.skip(padding);
      continue;
    }
    const name = noted ?? nameIn(header);
    noted = undefined;
    let left = size;
    if (FILES.includes(type)) {
      yield {
        name,
        size,
        read() {
          left = 0;
          return bytes.take(size);
        },
      };
    }
    await bytes.skip(left + padding);
  }
  // To the end, since whoever hashes the archive hashes all of it.
  await bytes.drain();
}

function createPuller(chunks: AsyncIterable<Uint8Array>) {
  const iterator = chunks[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array(0);
  const advance = async (count: number, use: (part: Uint8Array) => void) => {
    for (let left = count; left > 0; ) {
      if (rest.length === 0) {
        const { value, done } = await iterator.next();
        if (done) throw new TarError('an archive that is cut off');
        rest = value;
      }
      const part = rest.subarray(0, left);
      rest = rest.subarray(part.length);
      left -= part.length;
      use(part);
    }
  };
  return {
    async take(count: number): Promise<Buffer> {
      const into = Buffer.allocUnsafe(count);
      let at = 0;
      await advance(count, (part) => {
        into.set(part, at);
        at += part.length;
      });
      return into;
    },
    skip: (count: number) => advance(count, () => {}),
    async drain() {
      while (!(await iterator.next()).done);
    },
  };
}

/** The sum of the header's bytes, with its own field as spaces. */
function requireChecksum(header: Buffer): void {
  const sum = header.reduce((all, byte, at) => all + (at >= 148 && at < 156 ? 32 : byte), 0);
  if (octal(header, 148, 8) !== sum) throw new TarError('something else than a tar archive');
}

function octal(header: Buffer, at: number, length: number): number {
  const text = textOf(header.subarray(at, at + length)).trim();
  if (/^[0-7]+$/.test(text)) return Number.parseInt(text, 8);
  throw new TarError('something else than a tar archive, or a file of 8 GB and more');
}

function nameIn(header: Buffer): string {
  const name = textOf(header.subarray(0, 100));
  const isUstar = header.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = isUstar ? textOf(header.subarray(345, 500)) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** Records are `LENGTH path=VALUE\n`. */
function recordedPath(note: Buffer): string | undefined {
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(note.toString('utf8'))?.[1];
}

/** Up to the first NUL. */
function textOf(bytes: Buffer): string {
  const [text] = bytes.toString('utf8').split('\0', 1);
  return text;
}
