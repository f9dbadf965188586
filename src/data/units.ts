// Which files must stay in one split: the unit of splitting.

import { compareCodeUnits } from '../base/hash.ts';
import { composed } from '../base/names.ts';

/** What splitting needs to know about a file. */
export interface SplitFile {
  /** `label/file-name`, relative to the image directory, `/` between parts. */
  readonly path: string;
  readonly label: string;
  /** Of the file's bytes, hexadecimal. */
  readonly sha256: string;
  /** Patient, study, or whatever else must not be in two splits. */
  readonly group?: string | undefined;
}

/** Files that go to the same split together. */
export interface SplitUnit {
  /** Its hash decides the split: the group, else the path of the first member; in NFC. */
  readonly key: string;
  /** Indices into the files given, in path order. */
  readonly members: readonly number[];
}

/** retrain.py's marker: what follows it in a name is not hashed for the split. */
const NO_HASH = /_nohash_.*$/s;

/** The part of a path that retrain.py hashes. */
export function hashedPart(path: string): string {
  return path.replace(NO_HASH, '');
}

/** How the tie of a name begins. */
export const NAME_TIE = 'name ';

/** What a file has in common with others of its unit; files that share one tie are joined. */
export function tiesOf({ path, label, sha256, group }: SplitFile): string[] {
  const ties = [`bytes ${sha256}`, `${NAME_TIE}${label} ${hashedPart(path)}`];
  if (group !== undefined) ties.push(`group ${group}`);
  // As it is written too: models may have recorded that.
  return [...new Set(ties.flatMap((tie) => [tie, composed(tie)]))];
}

/**
 * The connected components of files that share a group (across labels), a `_nohash_` prefix within
 * a label, or identical bytes.
 * @returns units in the order of their first paths
 */
export function splitUnits(files: readonly SplitFile[]): SplitUnit[] {
  const names = files.map(({ path }) => composed(path));
  const byPath = [...files.keys()].sort(
    (a, b) =>
      compareCodeUnits(names[a], names[b]) || compareCodeUnits(files[a].path, files[b].path),
  );
  const parents = Uint32Array.from(files.keys());
  const firstWith = new Map<string, number>();
  for (const index of byPath) {
    for (const tie of tiesOf(files[index])) {
      const other = firstWith.get(tie);
      if (other === undefined) firstWith.set(tie, index);
      else parents[rootOf(parents, index)] = rootOf(parents, other);
    }
  }
  const members = new Map<number, number[]>();
  for (const index of byPath) {
    const root = rootOf(parents, index);
    const found = members.get(root);
    if (found) found.push(index);
    else members.set(root, [index]);
  }
  return [...members.values()].map((indices) => ({ key: keyOf(indices, files), members: indices }));
}

/** Number of the unit of each of `count` files; -1 where it is in none. */
export function unitNumbers(count: number, units: readonly SplitUnit[]): number[] {
  const numbers = Array.from({ length: count }, () => -1);
  for (const [number, { members }] of units.entries()) {
    for (const index of members) numbers[index] = number;
  }
  return numbers;
}

function keyOf(members: readonly number[], files: readonly SplitFile[]): string {
  const groups = members
    .flatMap((index) => composed(files[index].group ?? '') || [])
    .sort(compareCodeUnits);
  return composed(groups[0] ?? files[members[0]].path);
}

/** Union-find with path halving. */
function rootOf(parents: Uint32Array, index: number): number {
  let at = index;
  while (parents[at] !== at) {
    parents[at] = parents[parents[at]];
    at = parents[at];
  }
  return at;
}
