// The encoding of a text file that others wrote.

const MARKS: Readonly<Record<string, string>> = { fffe: 'utf-16le', feff: 'utf-16be' };

/** UTF-16, as spreadsheets and PowerShell write, where a byte order mark says so; else UTF-8. */
export function encodingOf(bytes: Uint8Array): string {
  return MARKS[Buffer.from(bytes.subarray(0, 2)).toString('hex')] ?? 'utf-8';
}
