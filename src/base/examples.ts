// Long lists in messages: a few examples, and how many more there are.

const SHOWN = 3;

/** `a, b, c and 4 more` */
export function examplesOf(names: readonly string[]): string {
  const more = names.length - SHOWN;
  const shown = names.slice(0, SHOWN).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}
