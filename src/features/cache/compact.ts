// Merges small or damaged cache segments into one, safely beside other processes.

import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { flush, openNewFile, remove } from '../../base/files.ts';
import type { Readers } from '../../base/readers.ts';
import { newSegmentName } from './layout.ts';
import { type RecordFormat, Segment } from './segment.ts';

/** Every run with new images leaves a segment: beyond this many, opening them all takes time. */
const MANY_SEGMENTS = 16;
/** Segments of this size and more are kept: copying them gains nothing. */
const LARGE_BYTES = 32 << 20;
/** A segment written in the last ten minutes may belong to a process that is still writing. */
const QUIET_MS = 10 * 60_000;
const BATCH_BYTES = 1 << 20;

/**
 * Merges when there are many segments, or when some are damaged (which every run would report
 * otherwise). There is no lock: the merged file is flushed before the old ones are deleted, so at
 * any moment each record is in at least one file. Two processes merging at once leave copies, which
 * the next merge drops. A writer that paused for ten minutes loses its file; its images are
 * computed again.
 * @returns how many segments were replaced
 * @throws WriteError
 */
export async function compact(
  folder: string,
  segments: readonly Segment[],
  format: RecordFormat,
  now: number,
  readers: Readers,
): Promise<number> {
  const quiet = segments.filter((segment) => isQuiet(segment, now));
  const damaged = quiet.some((segment) => segment.damaged > 0);
  if (!damaged && quiet.length <= MANY_SEGMENTS) return 0;
  await writeMerged(path.join(folder, newSegmentName()), quiet, format, readers);
  for (const segment of quiet) {
    segment.close();
    await remove(segment.file);
  }
  return quiet.length;
}

function isQuiet(segment: Segment, now: number): boolean {
  const stat = segment.stat();
  if (stat === undefined || stat.nlink === 0 || stat.size !== segment.size) return false;
  const worthIt = segment.damaged > 0 || stat.size < LARGE_BYTES;
  return worthIt && now - stat.mtimeMs > QUIET_MS;
}

/** Writes each intact record once; no file when there are none. */
async function writeMerged(
  file: string,
  segments: readonly Segment[],
  format: RecordFormat,
  readers: Readers,
): Promise<void> {
  const seen = new Set<string>();
  let handle: FileHandle | undefined;
  try {
    for (const batch of batches(wholeRecords(segments, format, seen))) {
      handle ??= await openNewFile(file, readers);
      await handle.appendFile(batch);
    }
    if (handle !== undefined) await flush(handle);
  } catch (error) {
    if (handle !== undefined) await remove(file);
    throw error;
  } finally {
    await handle?.close();
  }
}

function* wholeRecords(
  segments: readonly Segment[],
  format: RecordFormat,
  seen: Set<string>,
): Generator<Buffer> {
  for (const { file } of segments) {
    // Opened again, so that damage found here is not counted twice.
    const segment = new Segment(file);
    try {
      for (const [key, offset] of segment.entries(format)) {
        const record = Buffer.alloc(format.stride);
        if (seen.has(key) || !segment.readRecord(format, key, offset, record)) continue;
        seen.add(key);
        yield record;
      }
    } finally {
      segment.close();
    }
  }
}

function* batches(records: Iterable<Buffer>): Generator<Buffer> {
  let held: Buffer[] = [];
  let bytes = 0;
  for (const record of records) {
    held.push(record);
    bytes += record.length;
    if (bytes < BATCH_BYTES) continue;
    yield Buffer.concat(held);
    held = [];
    bytes = 0;
  }
  if (held.length > 0) yield Buffer.concat(held);
}
