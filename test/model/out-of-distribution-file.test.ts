import assert from 'node:assert/strict';
import test from 'node:test';
import { UnfitError } from '../../src/base/errors.ts';
import type { OodDetector } from '../../src/head/out-of-distribution.ts';
import { decodeOodDetector, encodeOodDetector } from '../../src/model/out-of-distribution-file.ts';

const SAMPLE: OodDetector = {
  means: Float32Array.of(1, 0, 0.5, 0, 1, 0.25),
  scale: Float32Array.of(2, 4, 8),
  directions: Float32Array.of(1, 0, 0),
  variances: Float32Array.of(4),
  residual: 0.5,
  threshold: Math.fround(2.3),
};

/** The sample's bytes with float or whole number `at` replaced. */
function changed(change: (view: DataView) => void): Uint8Array {
  const bytes = encodeOodDetector(SAMPLE);
  change(new DataView(bytes.buffer));
  return bytes;
}

function assertRefused(bytes: Uint8Array, reason: RegExp, features = 3, labels = 2): void {
  assert.throws(
    () => decodeOodDetector(bytes, features, labels),
    (error) =>
      error instanceof UnfitError && reason.test(error.message) && error.hint !== undefined,
  );
}

test('what is read is what was written, also from the middle of other bytes', () => {
  const bytes = encodeOodDetector(SAMPLE);
  assert.equal(bytes.length, 20 + 4 * (2 + 3 + 6 + 1 + 3));
  assert.deepEqual(decodeOodDetector(bytes, 3, 2), SAMPLE);
  const within = new Uint8Array(bytes.length + 3);
  within.set(bytes, 3);
  assert.deepEqual(decodeOodDetector(within.subarray(3), 3, 2), SAMPLE);
});

test('bytes are little-endian whatever the machine', () => {
  const bytes = encodeOodDetector(SAMPLE);
  assert.equal(Buffer.from(bytes).toString('hex', 0, 8), '4944464d01000000');
  assert.equal(Buffer.from(bytes).readFloatLE(20), SAMPLE.threshold);
});

test('no direction of its own is fine', () => {
  const plain = { ...SAMPLE, directions: new Float32Array(), variances: new Float32Array() };
  assert.deepEqual(decodeOodDetector(encodeOodDetector(plain), 3, 2), plain);
});

test('a file cut short, too long, empty or of another kind is refused', () => {
  const bytes = encodeOodDetector(SAMPLE);
  assertRefused(new Uint8Array(), /header/);
  assertRefused(bytes.subarray(0, 19), /header/);
  assertRefused(bytes.subarray(0, bytes.length - 1), /it has 79 bytes/);
  assertRefused(Buffer.concat([bytes, Buffer.from([0])]), /it has 81 bytes/);
  assertRefused(
    changed((view) => view.setUint8(0, 0)),
    /header/,
  );
});

test('another version, other sizes and absurd counts are refused', () => {
  const bytes = encodeOodDetector(SAMPLE);
  assertRefused(
    changed((view) => view.setUint32(4, 2, true)),
    /has version 2/,
  );
  assertRefused(bytes, /for 3 features and 2 labels/, 4);
  assertRefused(bytes, /for 3 features and 2 labels/, 3, 3);
  assertRefused(
    changed((view) => view.setUint32(16, 0xffffffff, true)),
    /bytes/,
  );
});

test('values that are not valid are refused', () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
    for (let at = 20; at < 80; at += 4) {
      assertRefused(
        changed((view) => view.setFloat32(at, value, true)),
        /not finite/,
      );
    }
  }
  assertRefused(
    changed((view) => view.setFloat32(20, -1, true)),
    /is negative/,
  );
  assertRefused(
    changed((view) => view.setFloat32(24, 0, true)),
    /not positive/,
  );
  assertRefused(
    changed((view) => view.setFloat32(64, -4, true)),
    /not positive/,
  );
});
