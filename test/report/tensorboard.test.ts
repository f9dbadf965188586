import assert from 'node:assert/strict';
import test from 'node:test';
import protobuf from 'protobufjs/minimal.js';
import { encodeEvents, eventFileName, frameRecord } from '../../src/report/tensorboard.ts';
import { recordsOf } from '../helpers/tfrecords.ts';

test('when three bytes are framed then the record is the one worked out by hand', () => {
  // length 3, little-endian: crc32c 576c35e3, rotated right by 15 6bc6aed8, + a282ead8 = 0e4999b0.
  // 'abc': crc32c 364b3fb7, rotated right by 15 7f6e6c96, + a282ead8 = 21f1576e (33rd bit dropped).
  assert.equal(
    Buffer.from(frameRecord(Buffer.from('abc'))).toString('hex'),
    ['0300000000000000', 'b099490e', '616263', '6e57f121'].join(''),
  );
});

test('when there are no events then the file is the version record of TensorFlow', () => {
  // Event: 09 wall_time (double 0), 1a 0d file_version of 13 bytes. Files that TensorFlow writes
  // begin with the same 18 00.. a37f4b22, as their first event is 24 bytes too.
  const data = `090000000000000000${'1a0d'}${Buffer.from('brain.Event:2').toString('hex')}`;
  assert.equal(
    Buffer.from(encodeEvents([])).toString('hex'),
    `1800000000000000a37f4b22${data}eedf28a3`,
  );
});

test('when a scalar is written then every byte of its event is as event.proto says', () => {
  const [, event] = recordsOf(encodeEvents([{ step: 300, scalars: { accuracy: 0.5 } }]));
  assert.equal(
    Buffer.from(event).toString('hex'),
    [
      '090000000000c07240', // wall_time = 1, double 300
      '10ac02', // step = 2, varint 300
      '2a11', // summary = 5, 17 bytes
      '0a0f', // value = 1, 15 bytes
      `0a08${Buffer.from('accuracy').toString('hex')}`, // tag = 1
      '150000003f', // simple_value = 2, float 0.5
    ].join(''),
  );
});

test('when several events are written then steps, times, tags and values come back', () => {
  const events = [
    { step: 0, scalars: { accuracy: 0.25, cross_entropy: Math.fround(1.4) } },
    { step: 10, scalars: { accuracy: 1 }, histograms: { weights: [1, 2], biases: [0] } },
    { step: 2 ** 40 },
  ];
  const [version, ...found] = recordsOf(encodeEvents(events)).map(decodeEvent);
  assert.deepEqual(version, { wallTime: 0, version: 'brain.Event:2', scalars: {}, histograms: {} });
  assert.deepEqual(
    found.map(({ step, wallTime, scalars }) => ({ step, wallTime, scalars })),
    events.map(({ step, scalars = {} }) => ({ step, wallTime: step, scalars })),
  );
  assert.deepEqual(Object.keys(found[1].histograms), ['weights', 'biases']);
});

test('when a metric is not a number or infinite then it is kept as such', () => {
  const scalars = { a: Number.NaN, b: Number.POSITIVE_INFINITY };
  const [, event] = recordsOf(encodeEvents([{ step: 1, scalars }]));
  assert.deepEqual(decodeEvent(event).scalars, scalars);
});

test('when weights are counted then metrics and buckets are those of TensorFlow', () => {
  const { min, max, num, sum, sumOfSquares, limits, counts } = histogramOf([3, -1.5, 0, 0, 0.25]);
  assert.deepEqual([min, max, num, sum, sumOfSquares], [-1.5, 3, 5, 1.75, 11.3125]);
  // Limits as TensorBoard's own reader printed them for these values (TensorBoard 2.21).
  assert.deepEqual(limits.slice(0, 4), [-1.624957930213695, -1.47723448201245, 0, 1e-12]);
  assert.deepEqual(limits.slice(5), [
    0.2656936063469233,
    2.8787120958073054,
    3.1665833053880363,
    Number.MAX_VALUE,
  ]);
  assert.deepEqual(counts, [0, 1, 0, 2, 0, 1, 0, 1, 0]);
});

test('when a value is itself a limit then it belongs to the bucket above', () => {
  const { limits, counts } = histogramOf([1e-12, -1e-12]);
  const filled = limits.filter((_, index) => counts[index] > 0);
  assert.deepEqual(filled, [0, 1e-12 * 1.1]);
});

test('when values are of any size then each is counted once, between its limits', () => {
  const values = Array.from({ length: 400 }, (_, i) => Math.sin(i) * 10 ** ((i % 60) - 30));
  const { limits, counts, num } = histogramOf(values);
  assert.equal(num, 400);
  assert.equal(limits.at(-1), Number.MAX_VALUE);
  for (let i = 0; i < limits.length; i++) {
    const lower = i === 0 ? Number.NEGATIVE_INFINITY : limits[i - 1];
    assert.ok(lower < limits[i]);
    const inside = values.filter((value) => value >= lower && value < limits[i]);
    assert.equal(counts[i], inside.length);
    assert.ok(counts[i] > 0 || (counts[i + 1] ?? 1) > 0, 'two empty buckets side by side');
  }
});

test('when weights are missing or not finite then the histogram is refused by name', () => {
  const encode = (values: number[]) => encodeEvents([{ step: 1, histograms: { w: values } }]);
  assert.throws(() => encode([]), new RangeError('histogram w has no values'));
  assert.throws(() => encode([1, Number.NaN]), new RangeError('histogram w holds NaN'));
});

test('when the file is named then TensorBoard will take it for an event file', () => {
  assert.match(eventFileName(), /^events\.out\.tfevents\.0\.imgdiag$/);
});

interface DecodedHistogram {
  min: number;
  max: number;
  num: number;
  sum: number;
  sumOfSquares: number;
  limits: number[];
  counts: number[];
}

interface DecodedEvent {
  wallTime?: number;
  step?: number;
  version?: string;
  scalars: Record<string, number>;
  histograms: Record<string, DecodedHistogram>;
}

/** Calls `field` with each field number of a message; it must read the value. */
function readFields(reader: protobuf.Reader, end: number, field: (number: number) => void): void {
  while (reader.pos < end) field(reader.uint32() >>> 3);
}

function decodeEvent(bytes: Uint8Array): DecodedEvent {
  const reader = protobuf.Reader.create(bytes);
  const event: DecodedEvent = { scalars: {}, histograms: {} };
  readFields(reader, bytes.length, (number) => {
    if (number === 1) event.wallTime = reader.double();
    else if (number === 2) event.step = Number(reader.int64().toString());
    else if (number === 3) event.version = reader.string();
    else readFields(reader, reader.uint32() + reader.pos, () => decodeValue(reader, event));
  });
  return event;
}

function decodeValue(reader: protobuf.Reader, event: DecodedEvent): void {
  let tag = '';
  readFields(reader, reader.uint32() + reader.pos, (number) => {
    if (number === 1) tag = reader.string();
    else if (number === 2) event.scalars[tag] = reader.float();
    else event.histograms[tag] = decodeHistogram(reader);
  });
}

function decodeHistogram(reader: protobuf.Reader): DecodedHistogram {
  const metrics: number[] = [];
  const lists: Record<number, number[]> = { 6: [], 7: [] };
  readFields(reader, reader.uint32() + reader.pos, (number) => {
    if (number < 6) metrics[number - 1] = reader.double();
    else {
      const end = reader.uint32() + reader.pos;
      while (reader.pos < end) lists[number].push(reader.double());
    }
  });
  const [min, max, num, sum, sumOfSquares] = metrics;
  return { min, max, num, sum, sumOfSquares, limits: lists[6], counts: lists[7] };
}

function histogramOf(values: number[]): DecodedHistogram {
  const [, event] = recordsOf(encodeEvents([{ step: 1, histograms: { w: values } }]));
  return decodeEvent(event).histograms.w;
}
