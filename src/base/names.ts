// Names that look the same may be written in two Unicode forms: macOS and some archives decompose.

/** The same for a name in either form, composed (NFC) or decomposed (NFD). */
export function composed(name: string): string {
  return name.normalize('NFC');
}

/**
 * Where `names` holds `name`: as it is written, else in the other Unicode form.
 * @returns -1 where it holds neither
 */
export function indexOfName(names: readonly string[], name: string): number {
  const exact = names.indexOf(name);
  return exact === -1 ? names.findIndex((one) => composed(one) === composed(name)) : exact;
}
