// CRC-32C (Castagnoli), the checksum of TFRecord files.

/** Reflected form of the polynomial 0x1EDC6F41 of RFC 3720, section 12.1. */
const POLYNOMIAL = 0x82f63b78;

/** The effect of eight shifts on each value of a byte, `[256]`. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
  return crc;
});

/** An unsigned 32-bit number; `crc32c(bytes of '123456789')` is 0xe3069283. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = TABLE[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return ~crc >>> 0;
}
