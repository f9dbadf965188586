// Names of the values of one network: ours, those of the network that was imported, none twice.

/** The input of every network of ours, uint8 `[n, size, size, 3]`: docs/formats.md. */
export const NETWORK_INPUT = 'image';
/** The outputs of a saved network; an imported extractor has the last two. */
export const NETWORK_OUTPUTS = ['probabilities', 'logits', 'embedding', 'feature_map'] as const;

/** UTF-16 units kept of a name, so that the reader accepts it with what is appended to it. */
const LONGEST = 250;

/**
 * @param taken names that are in use
 * @returns gives a name that nothing else has: `hint`, or `hint` and a number
 */
export function createNames(taken: Iterable<string>): (hint: string) => string {
  // An empty name is an omitted input.
  const given = new Set(['', ...taken]);
  return (hint) => {
    // As it will be encoded: half of a surrogate pair becomes U+FFFD.
    const stem = Buffer.from(hint.slice(0, LONGEST)).toString();
    let name = stem;
    for (let count = 1; given.has(name); count++) name = `${stem}_${count}`;
    given.add(name);
    return name;
  };
}
