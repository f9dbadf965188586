// Names of files that are not UTF-8, as text.

export function isUtf8(name: Buffer): boolean {
  return Buffer.from(name.toString()).equals(name);
}

/** A name or path as text: each byte that belongs to no UTF-8 character as `\xNN`. */
export function shownName(name: string | Buffer): string {
  if (typeof name === 'string' || isUtf8(name)) return name.toString();
  let shown = '';
  for (let at = 0; at < name.length; ) {
    const length = [1, 2, 3, 4].find((bytes) => {
      const piece = name.subarray(at, at + bytes);
      return piece.length === bytes && isUtf8(piece);
    });
    shown +=
      length === undefined
        ? `\\x${name[at].toString(16).padStart(2, '0')}`
        : name.toString('utf8', at, at + length);
    at += length ?? 1;
  }
  return shown;
}
