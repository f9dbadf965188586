// Event files for TensorBoard: scalars and weight histograms by step, as bytes.

import protobuf from 'protobufjs/minimal.js';
import {
  BYTES,
  FIXED32,
  FIXED64,
  key,
  message,
  text,
  VARINT,
  type Writer,
} from '../base/protobuf.ts';
import { crc32c } from './crc32c.ts';

/** Summaries of one step by tag, the name that TensorBoard shows. */
export interface SummaryEvent {
  readonly step: number;
  /** Saved as float32, including NaN and infinity. */
  readonly scalars?: Readonly<Record<string, number>>;
  /** The values to count, in any order; at least one, all finite. */
  readonly histograms?: Readonly<Record<string, ArrayLike<number>>>;
}

/**
 * TensorBoard reads every file in its log folder whose name contains `tfevents`. TensorFlow adds the
 * time and the host; a constant name makes equal runs write equal files.
 */
export function eventFileName(): string {
  return 'events.out.tfevents.0.imgdiag';
}

/**
 * The bytes of one event file. The wall time is the step in seconds, so that no clock enters a result
 * and TensorBoard's relative time axis still grows with the steps.
 * @param events in ascending order of `step`
 * @throws RangeError for a histogram without values, or with one that is not finite
 */
export function encodeEvents(events: readonly SummaryEvent[]): Uint8Array {
  const records = [
    frameRecord(encodeEvent(0, (w) => w.uint32(key(3, BYTES)).string(FILE_VERSION))),
    ...events.map((event) => frameRecord(encodeSummaryEvent(event))),
  ];
  const bytes = new Uint8Array(records.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const record of records) {
    bytes.set(record, at);
    at += record.length;
  }
  return bytes;
}

/**
 * A TFRecord, little-endian: length (8 bytes), its masked CRC (4), the data, its masked CRC (4).
 * https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details
 */
export function frameRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(12 + data.length + 4);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc(data), true);
  return record;
}

/** Masked, since a plain CRC of data that contains CRCs is weak: lib/hash/crc32c.h. */
function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + MASK_DELTA) >>> 0;
}

const MASK_DELTA = 0xa282ead8;
/** In the first event of every file: kCurrentVersion of events_writer.h. */
const FILE_VERSION = 'brain.Event:2';

// Field numbers are those of Event in tensorflow/core/util/event.proto, and of Summary,
// Summary.Value and HistogramProto in tensorflow/core/framework/summary.proto.

/** Event: wall_time = 1, step = 2, file_version = 3, summary = 5. */
function encodeEvent(wallTime: number, write: (writer: Writer) => void): Uint8Array {
  const writer = protobuf.Writer.create();
  writer.uint32(key(1, FIXED64)).double(wallTime);
  write(writer);
  return writer.finish();
}

function encodeSummaryEvent({ step, scalars = {}, histograms = {} }: SummaryEvent): Uint8Array {
  return encodeEvent(step, (event) => {
    event.uint32(key(2, VARINT)).int64(step);
    // Summary: value = 1. Summary.Value: tag = 1, simple_value = 2, histo = 5.
    message(event, 5, (summary) => {
      for (const [tag, value] of Object.entries(scalars)) {
        message(summary, 1, (w) => {
          text(w, 1, tag);
          w.uint32(key(2, FIXED32)).float(value);
        });
      }
      for (const [tag, values] of Object.entries(histograms)) {
        message(summary, 1, (w) => {
          text(w, 1, tag);
          message(w, 5, (histogram) => writeHistogram(histogram, tag, values));
        });
      }
    });
  });
}

/**
 * Upper bounds of TensorFlow's buckets (InitDefaultBuckets of lib/histogram/histogram.cc):
 * growing by a tenth from 1e-12 to 1e20, mirrored below zero; `[1551]`, ascending.
 */
const LIMITS = Float64Array.from(defaultLimits());

function defaultLimits(): number[] {
  const positive: number[] = [];
  for (let limit = 1e-12; limit < 1e20; limit *= 1.1) positive.push(limit);
  positive.push(Number.MAX_VALUE);
  return [...positive.map((limit) => -limit).reverse(), 0, ...positive];
}

/** HistogramProto: min = 1, max = 2, num = 3, sum = 4, sum_squares = 5, bucket_limit = 6, bucket = 7. */
function writeHistogram(writer: Writer, tag: string, values: ArrayLike<number>): void {
  const counts = new Float64Array(LIMITS.length);
  let [min, max, sum, sumOfSquares] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!Number.isFinite(value)) throw new RangeError(`histogram ${tag} holds ${value}`);
    counts[bucketOf(value)]++;
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
    sumOfSquares += value * value;
  }
  if (values.length === 0) throw new RangeError(`histogram ${tag} has no values`);
  for (const [index, total] of [min, max, values.length, sum, sumOfSquares].entries()) {
    writer.uint32(key(1 + index, FIXED64)).double(total);
  }
  // A run of empty buckets is written as one, as TensorFlow does.
  const shown = [...counts.keys()].filter((b) => counts[b] > 0 || counts[b + 1] !== 0);
  message(writer, 6, (w) => {
    for (const bucket of shown) w.double(LIMITS[bucket]);
  });
  message(writer, 7, (w) => {
    for (const bucket of shown) w.double(counts[bucket]);
  });
}

/** The first bucket whose upper bound is above `value`. */
function bucketOf(value: number): number {
  let low = 0;
  let high = LIMITS.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (LIMITS[middle] > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
