// The bottleneck cache: features of known images, by content; survives kills and damaged files.

import type { Dirent } from 'node:fs';
import { type FileHandle, readdir } from 'node:fs/promises';
import path from 'node:path';
import { ImgdiagError, messageOf, systemCode, WriteError } from '../../base/errors.ts';
import { ensureFolder, guardWrite, openNewFile, touch, writeFileAtomic } from '../../base/files.ts';
import type { OnMessage } from '../../base/messages.ts';
import { requireWithin, UNFIT_FILE } from '../../base/read-bounded.ts';
import type { Readers } from '../../base/readers.ts';
import { compact } from './compact.ts';
import { type CacheSpace, namespaceOf } from './keys.ts';
import {
  describeSpace,
  isSegmentName,
  isSha256,
  namespaceFolder,
  newSegmentName,
  SPACE_FILE,
} from './layout.ts';
import { RecordFormat, Segment } from './segment.ts';
import { closeCache, findDoubt, readersOf } from './trust.ts';

/** A kill loses at most this many records, or those of this many milliseconds. */
const BATCH_RECORDS = 64;
const BATCH_MS = 2000;
/** Modification time is also time of last use; an hour is precise enough for ages in days. */
const TOUCH_MS = 3_600_000;

export interface CacheOptions {
  /** The cache folder; it need not exist. */
  root: string;
  /** Whether that is the default folder, which is imgdiag's own and for its owner only. */
  isDefault?: boolean;
  space: CacheSpace;
  /** Length of one vector, at least 1. */
  featureSize: number;
}

/** Position of a record; `other` is an older copy, used when this one is damaged. */
interface RecordPlace {
  segment: Segment;
  offset: number;
  other: RecordPlace | undefined;
}

/** Opens the cache for reading and writing; nothing is written before the first `put`. */
export async function openCache(
  options: CacheOptions,
  onMessage?: OnMessage,
): Promise<BottleneckCache> {
  const namespace = namespaceOf(options.space, options.featureSize);
  const { root, isDefault } = options;
  const folder = namespaceFolder(root, namespace);
  // First: closing it does not undo what others have written.
  const doubt = await findDoubt(root, folder);
  if (doubt !== undefined) {
    const remedy = 'remove it, or give a folder of your own as --bottleneck_dir';
    onMessage?.('warning', `others may have changed the feature cache: ${doubt} (${remedy})`);
  }
  if (isDefault) await closeCache(root);
  const cache = new BottleneckCache(
    folder,
    options,
    new RecordFormat(namespace, options.featureSize),
    isDefault ? 'owner' : await readersOf(root),
  );
  const isOurs = await requireInRoot(options.root, folder).then(
    () => true,
    () => false,
  );
  for (const entry of isOurs ? await entriesOf(folder) : []) {
    if (entry.isFile() && isSegmentName(entry.name)) cache.addSegment(entry.name);
  }
  return cache;
}

/** An index in memory; vectors are read from disk and verified on `get`. Use `openCache`. */
export class BottleneckCache {
  readonly folder: string;
  readonly #options: CacheOptions;
  readonly #format: RecordFormat;
  readonly #readers: Readers;
  readonly #index = new Map<string, RecordPlace>();
  readonly #pending = new Map<string, Buffer>();
  readonly #segments: Segment[] = [];
  readonly #scratch: Buffer;
  #unreadable = 0;
  #live: { handle: FileHandle; segment: Segment } | undefined;
  #pendingSince = 0;
  #queue: Promise<void> = Promise.resolve();
  #state: 'open' | 'failed' | 'closed' = 'open';

  constructor(folder: string, options: CacheOptions, format: RecordFormat, readers: Readers) {
    this.folder = folder;
    this.#options = options;
    this.#format = format;
    this.#readers = readers;
    this.#scratch = Buffer.alloc(format.stride);
  }

  /** Records and files found damaged so far; their images are computed again. */
  get damaged(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.damaged, this.#unreadable);
  }

  /** Number of images with cached features. */
  get size(): number {
    return this.#index.size + this.#pending.size;
  }

  /** Reads the index of one more segment file of `folder`. */
  addSegment(name: string): void {
    try {
      const segment = new Segment(path.join(this.folder, name));
      this.#segments.push(segment);
      for (const [key, offset] of segment.entries(this.#format)) {
        this.#index.set(key, { segment, offset, other: this.#index.get(key) });
      }
    } catch (error) {
      // Another process may have merged or pruned it since the folder was listed: not damage.
      if (systemCode(error) !== 'ENOENT') this.#unreadable++;
    }
  }

  /**
   * The features of the file whose SHA-256 is `key` (hexadecimal), a copy, `[featureSize]`,
   * exactly as they were put; undefined when missing or damaged.
   */
  get(key: string): Float32Array | undefined {
    if (this.#state === 'closed') throw new Error('the cache is closed');
    const pending = this.#pending.get(key);
    if (pending !== undefined) return this.#format.vectorOf(pending);
    let place = this.#index.get(key);
    for (; place !== undefined; place = place.other) {
      const { segment, offset } = place;
      if (segment.readRecord(this.#format, key, offset, this.#scratch)) {
        segment.used = true;
        return this.#format.vectorOf(this.#scratch);
      }
      if (place.other === undefined) this.#index.delete(key);
      else this.#index.set(key, place.other);
    }
    return undefined;
  }

  /**
   * Stores a copy of `vector`, `[featureSize]`, finite; written with the next batch. Await it. An
   * existing key is not replaced.
   * @throws WriteError the first time the cache cannot be written; nothing is stored after that
   */
  async put(key: string, vector: Float32Array): Promise<void> {
    if (this.#state === 'closed') throw new Error('the cache is closed');
    if (!isSha256(key)) throw new Error(`expected a SHA-256 in hexadecimal as key, got ${key}`);
    if (vector.length !== this.#format.featureSize || !vector.every(Number.isFinite)) {
      throw new Error(`expected ${this.#format.featureSize} finite features for ${key}`);
    }
    if (this.#state === 'failed' || this.#pending.has(key) || this.#index.has(key)) return;
    if (this.#pending.size === 0) this.#pendingSince = Date.now();
    this.#pending.set(key, this.#format.encode(key, vector));
    const due = Date.now() - this.#pendingSince >= BATCH_MS;
    if (due || this.#pending.size >= BATCH_RECORDS) await this.flush();
  }

  /** Passes everything put so far to the operating system. @throws WriteError as `put` does */
  flush(): Promise<void> {
    const turn = this.#queue.then(() => this.#writePending());
    this.#queue = turn.catch(() => {});
    return turn;
  }

  /**
   * Flushes, tidies up and closes; a second call does nothing.
   * @throws WriteError when this is the first write that fails
   */
  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    try {
      await this.flush();
      await this.#tidy();
    } finally {
      this.#state = 'closed';
      await this.#live?.handle.close();
      for (const segment of this.#segments) segment.close();
    }
  }

  /**
   * One append for all pending records. It is not flushed to the disk: a killed process loses
   * nothing, and blocks lost in a power cut fail their checksums.
   */
  async #writePending(): Promise<void> {
    const batch = [...this.#pending];
    if (this.#state !== 'open' || batch.length === 0) return;
    const file = this.#live?.segment.file ?? path.join(this.folder, newSegmentName());
    try {
      this.#live ??= await this.#createSegment(file);
      const { handle, segment } = this.#live;
      await guardWrite(file, () =>
        handle.appendFile(Buffer.concat(batch.map(([, bytes]) => bytes))),
      );
      for (const [key] of batch) {
        this.#index.set(key, { segment, offset: segment.size, other: undefined });
        this.#pending.delete(key);
        segment.size += this.#format.stride;
      }
    } catch (error) {
      this.#state = 'failed';
      this.#pending.clear();
      // Truncates a partly written batch, so that no later run reports it as damage.
      await this.#live?.handle.truncate(this.#live.segment.size).catch(() => {});
      throw asWriteError(error, this.folder);
    }
  }

  async #createSegment(file: string): Promise<{ handle: FileHandle; segment: Segment }> {
    const { root, space, featureSize } = this.#options;
    await requireInRoot(root, this.folder);
    const description = describeSpace(space, featureSize);
    await ensureFolder(this.folder, this.#readers, root);
    await writeFileAtomic(path.join(this.folder, SPACE_FILE), description, this.#readers);
    const handle = await openNewFile(file, this.#readers);
    const segment = new Segment(file);
    this.#segments.push(segment);
    return { handle, segment };
  }

  /** Merges and touches segments. Failures here must not fail a run. */
  async #tidy(): Promise<void> {
    const now = Date.now();
    try {
      if (this.#live !== undefined || this.damaged > 0) {
        const old = this.#segments.filter((segment) => segment !== this.#live?.segment);
        await compact(this.folder, old, this.#format, now, this.#readers);
      }
      for (const segment of this.#segments) {
        const stat = segment.used ? segment.stat() : undefined;
        if (stat !== undefined && now - stat.mtimeMs > TOUCH_MS) await touch(segment.file, now);
      }
    } catch (error) {
      if (systemCode(error) === undefined && !(error instanceof ImgdiagError)) throw error;
    }
  }
}

/** What is missing leads nowhere. @throws WriteError where a link leads from the cache elsewhere */
async function requireInRoot(root: string, folder: string): Promise<void> {
  for (const place of [path.dirname(folder), folder]) {
    await requireWithin(root, place).catch((error) => {
      if (systemCode(error) !== UNFIT_FILE) return;
      throw new WriteError(`expected the feature cache in ${root}, but ${place} leads out of it`, {
        hint: 'remove that link, or give another folder as --bottleneck_dir',
      });
    });
  }
}

/** A missing or unreadable folder counts as empty; writing to it will say why. */
async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function asWriteError(error: unknown, folder: string): unknown {
  if (error instanceof ImgdiagError || systemCode(error) === undefined) return error;
  return new WriteError(`expected to write the feature cache ${folder}, but ${messageOf(error)}`, {
    hint: 'run the same command again, or choose another cache folder',
    cause: error,
  });
}
