// Names of published extractors that are not included, and the likely meaning of a misspelt name.

/** MobileNet with alpha and size, as TensorFlow Hub and retrain.py spell them; Inception V3. */
const KNOWN_ELSEWHERE = [
  /^inception(_v3)?(_(299|2015))?$/,
  /^mobilenet_v[123]$/,
  /^mobilenet_(0\.25|0\.50|0\.75|1\.0)_(128|160|192|224)(_quantized)?$/,
  /^mobilenet_v1_(0?\.?25|0?\.?50|0?\.?75|1\.?00?)(_(128|160|192|224))?(_quantized)?$/,
  /^mobilenet_v2_(0?\.?35|0?\.?50|0?\.?75|1\.?00?|1\.?30|1\.?40)(_(96|128|160|192|224))?$/,
  /^mobilenet_v3_(small|large)(_(0?\.?75|1\.?00?))?(_224)?$/,
];

/** Whether `name` is a published extractor that is not included in this package. */
export function isKnownElsewhere(name: string): boolean {
  return KNOWN_ELSEWHERE.some((pattern) => pattern.test(name));
}

/** The closest of `names`, or undefined when more than two in five letters differ. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  const ranked = names
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  if (best === undefined || best.distance > 0.4 * best.candidate.length) return undefined;
  return best.candidate;
}

/** Levenshtein distance: letters inserted, removed or replaced. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}
