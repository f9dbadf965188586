// The record format of a cache segment, and reading a segment that may be damaged anywhere.

import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { endianness } from 'node:os';
import { crc32 } from 'node:zlib';
import { WITHOUT_WAITING } from '../../base/read-bounded.ts';

// A record: magic 4 | length 4 | key 32 | crc32 4 | payload 4 x length | checksum 16 bytes, numbers
// little-endian. The CRC (seeded by the namespace) lets an index be built from headers alone; the
// checksum, SHA-256 over namespace and record, verifies the vector.
const MAGIC = Buffer.from('imb1');
const LENGTH_AT = 4;
const KEY_AT = 8;
const CRC_AT = 40;
const HEADER_BYTES = 44;
const CHECKSUM_BYTES = 16;
const SWAP = endianness() === 'BE';

/** A link put in the place of a listed file is not followed, where the platform can tell. */
const NO_LINK = WITHOUT_WAITING | (constants.O_NOFOLLOW ?? 0);

/** What follows so many damaged records is not looked at: a sparse file may hold billions. */
const MOST_DAMAGED = 100_000;

/** Records of one namespace: all have the same size, so that damage never hides what follows. */
export class RecordFormat {
  readonly featureSize: number;
  /** Bytes from one record to the next. */
  readonly stride: number;
  readonly #namespace: Buffer;
  readonly #crcSeed: number;

  /** @param namespace SHA-256, hexadecimal */
  constructor(namespace: string, featureSize: number) {
    this.featureSize = featureSize;
    this.stride = HEADER_BYTES + 4 * featureSize + CHECKSUM_BYTES;
    this.#namespace = Buffer.from(namespace, 'hex');
    this.#crcSeed = crc32(this.#namespace);
  }

  /** @param key SHA-256 of the image file, hexadecimal @param vector `[featureSize]` */
  encode(key: string, vector: Float32Array): Buffer {
    const record = Buffer.alloc(this.stride);
    MAGIC.copy(record);
    record.writeUInt32LE(this.featureSize, LENGTH_AT);
    record.write(key, KEY_AT, 'hex');
    record.writeUInt32LE(this.#headerCrc(record), CRC_AT);
    const payload = this.#payload(record);
    payload.set(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength));
    if (SWAP) payload.swap32();
    this.#checksum(record).copy(record, this.stride - CHECKSUM_BYTES);
    return record;
  }

  /** The key of a record whose header is intact, else undefined; the payload is not checked. */
  keyOf(header: Buffer): string | undefined {
    const whole =
      header.compare(MAGIC, 0, MAGIC.length, 0, MAGIC.length) === 0 &&
      header.readUInt32LE(LENGTH_AT) === this.featureSize &&
      header.readUInt32LE(CRC_AT) === this.#headerCrc(header);
    return whole ? header.toString('hex', KEY_AT, CRC_AT) : undefined;
  }

  /** True when `record`, `[stride]` bytes, is an intact record of `key` in this namespace. */
  isWhole(record: Buffer, key: string): boolean {
    if (this.keyOf(record) !== key) return false;
    return this.#checksum(record).equals(record.subarray(this.stride - CHECKSUM_BYTES));
  }

  /** A copy of the features in an intact record, `[featureSize]`. */
  vectorOf(record: Buffer): Float32Array {
    const vector = new Float32Array(this.featureSize);
    const bytes = Buffer.from(vector.buffer);
    bytes.set(this.#payload(record));
    if (SWAP) bytes.swap32();
    return vector;
  }

  #payload(record: Buffer): Buffer {
    return record.subarray(HEADER_BYTES, HEADER_BYTES + 4 * this.featureSize);
  }

  #headerCrc(record: Buffer): number {
    return crc32(record.subarray(0, CRC_AT), this.#crcSeed);
  }

  #checksum(record: Buffer): Buffer {
    const hash = createHash('sha256').update(this.#namespace);
    const whole = hash.update(record.subarray(0, this.stride - CHECKSUM_BYTES)).digest();
    return whole.subarray(0, CHECKSUM_BYTES);
  }
}

/** One segment file open for reading; it stays readable when another process deletes it. */
export class Segment {
  readonly file: string;
  /** Bytes at opening, plus those that this process has appended since. */
  size: number;
  /** Records found damaged so far; a truncated last record is one. */
  damaged = 0;
  /** Whether a vector was taken from it. */
  used = false;
  #fd: number;

  /** @throws a system error when the file cannot be opened */
  constructor(file: string) {
    this.file = file;
    this.#fd = openSync(file, NO_LINK);
    const found = fstatSync(this.#fd);
    this.size = found.isFile() ? found.size : 0;
  }

  /** Keys and offsets of the records whose headers are intact, in file order; counts the others. */
  *entries(format: RecordFormat): Generator<[key: string, offset: number]> {
    const header = Buffer.alloc(HEADER_BYTES);
    const end = this.size - (this.size % format.stride);
    for (let offset = 0; offset < end && this.damaged < MOST_DAMAGED; offset += format.stride) {
      const key = this.#read(header, offset) ? format.keyOf(header) : undefined;
      if (key === undefined) this.damaged++;
      else yield [key, offset];
    }
    if (end < this.size) this.damaged++;
  }

  /** Reads the record of `key` at `offset` into `record`; false, and counted, when damaged. */
  readRecord(format: RecordFormat, key: string, offset: number, record: Buffer): boolean {
    const whole = this.#read(record, offset) && format.isWhole(record, key);
    if (!whole) this.damaged++;
    return whole;
  }

  /** Current size, times and links; undefined once closed or when not available. */
  stat(): Stats | undefined {
    try {
      return this.#fd < 0 ? undefined : fstatSync(this.#fd);
    } catch {
      return undefined;
    }
  }

  close(): void {
    if (this.#fd >= 0) closeSync(this.#fd);
    this.#fd = -1;
  }

  /** A bad sector, or a file truncated meanwhile, counts as damage. */
  #read(into: Buffer, offset: number): boolean {
    if (this.#fd < 0) return false;
    try {
      return readSync(this.#fd, into, 0, into.length, offset) === into.length;
    } catch {
      return false;
    }
  }
}
