import assert from 'node:assert/strict';
import test from 'node:test';
import { crc32c } from '../../src/report/crc32c.ts';

test('when the vectors of RFC 3720 are summed then its checksums come out', () => {
  // Section B.4; the RFC lists the bytes of each checksum from the lowest up.
  const rising = Uint8Array.from({ length: 32 }, (_, index) => index);
  const command = Buffer.from(
    '01c00000000000000000000000000000140000000000040000000014000000182800000000000000' +
      '0200000000000000',
    'hex',
  );
  assert.equal(crc32c(new Uint8Array(32)), 0x8a9136aa);
  assert.equal(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8ab43);
  assert.equal(crc32c(rising), 0x46dd794e);
  assert.equal(crc32c(rising.toReversed()), 0x113fdb5c);
  assert.equal(crc32c(command), 0xd9963a56);
});

test('when nothing or the usual check string is summed then the known values come out', () => {
  assert.equal(crc32c(new Uint8Array(0)), 0);
  assert.equal(crc32c(Buffer.from('123456789')), 0xe3069283);
});

test('when a view into a larger buffer is summed then only its bytes count', () => {
  assert.equal(crc32c(Buffer.from('xx123456789yy').subarray(2, 11)), 0xe3069283);
});
