// Line ends that a transfer has changed: git on Windows, or FTP, writes each LF as CR LF.

const [CR, LF] = [13, 10];

/** With LF in place of each CR LF. */
export function withoutReturns(bytes: Uint8Array): Buffer {
  const kept = Buffer.alloc(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] !== CR || bytes[at + 1] !== LF) kept[length++] = bytes[at];
  }
  return kept.subarray(0, length);
}
