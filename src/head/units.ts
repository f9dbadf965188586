// Which files must stay on one side of a split: the unit of splitting.

import { compareCodeUnits } from '../base/hash.ts';

/** What a split needs to know of a file. */
export interface SplitFile {
  /** `label/file-name`, relative to the image directory, `/` between parts. */
  readonly path: string;
  readonly label: string;
  /** Of the file's bytes, hexadecimal. */
  readonly sha256: string;
}

/** Files that go to the same set together. */
export interface SplitUnit {
  /** Path of the first member in code-unit order; its hash decides the set. */
  readonly key: string;
  /** Indices into the files given, in path order. */
  readonly members: readonly number[];
}

/** retrain.py's mark: what follows it in a name does not count for the split. */
const NO_HASH = /_nohash_.*$/s;

/** The part of a path that retrain.py hashes. */
export function hashedPart(path: string): string {
  return path.replace(NO_HASH, '');
}

/**
 * The connected sets of files that share a `_nohash_` prefix within a label, or identical bytes.
 * @returns units in the order of their keys
 */
export function splitUnits(files: readonly SplitFile[]): SplitUnit[] {
  const byPath = [...files.keys()].sort((a, b) => compareCodeUnits(files[a].path, files[b].path));
  const parents = Uint32Array.from(files.keys());
  const firstWith = new Map<string, number>();
  for (const index of byPath) {
    const { path, label, sha256 } = files[index];
    for (const tie of [`bytes ${sha256}`, `name ${label} ${hashedPart(path)}`]) {
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
  return [...members.values()].map((indices) => ({
    key: files[indices[0]].path,
    members: indices,
  }));
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
