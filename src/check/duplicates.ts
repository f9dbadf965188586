// Exact and near-duplicates as findings: clusters, and those across splits or labels.

import { SPLIT_NAMES, type SplitName } from '../data/split-names.ts';
import type { Finding, FindingItem, FindingKind } from './findings.ts';
import { type CheckInput, images } from './input.ts';
import type { Relation } from './same-image.ts';

/** Two rows that show the same image. */
export interface Copy {
  readonly first: number;
  readonly second: number;
  /** How the second differs from the first; undefined: identical bytes. */
  readonly relation: Relation | undefined;
}

const NEAR = 'near-duplicates (rotated, mirrored or re-encoded)';

type Rows = Pick<CheckInput, 'files' | 'splits'>;

/** Rows with the same bytes, each paired with the first of them. */
export function exactDuplicates(files: CheckInput['files']): Copy[] {
  const firstWith = new Map<string, number>();
  return files.flatMap(({ sha256 }, second): Copy[] => {
    const first = firstWith.get(sha256);
    if (first === undefined) firstWith.set(sha256, second);
    return first === undefined ? [] : [{ first, second, relation: undefined }];
  });
}

/** `rotated by 87 degrees`, `mirrored`, `re-encoded`, `identical bytes`. */
export function describeRelation(relation: Relation | undefined): string {
  if (relation === undefined) return 'identical bytes';
  const { mirrored, degrees } = relation;
  const turn = Math.abs(degrees);
  const rotated = turn === 0 ? [] : [`rotated by ${turn} ${turn === 1 ? 'degree' : 'degrees'}`];
  // Mirrored top to bottom is mirrored left to right and rotated by 180 degrees.
  if (mirrored && turn === 180) return 'mirrored top to bottom';
  const words = [...(mirrored ? ['mirrored'] : []), ...rotated];
  return words.length === 0 ? 're-encoded' : words.join(' and ');
}

export function duplicateFindings(rows: Rows, copies: readonly Copy[]): Finding[] {
  const clusters = clustersOf(copies);
  const exact = clusters.filter((cluster) => cluster.copies.every((copy) => !copy.relation));
  const near = clusters.filter((cluster) => cluster.copies.some((copy) => copy.relation));
  return [
    ...acrossSplits(rows, clusters),
    ...acrossLabels(rows, clusters),
    ...clusterFinding('exact_duplicates', 'exact duplicates (identical bytes)', rows, exact),
    ...clusterFinding('near_duplicates', NEAR, rows, near),
  ];
}

interface Cluster {
  /** In the order of the rows. */
  readonly members: readonly number[];
  readonly copies: readonly Copy[];
}

function clustersOf(copies: readonly Copy[]): Cluster[] {
  const clusterOf = new Map<number, { members: Set<number>; copies: Copy[] }>();
  for (const copy of copies) {
    const parts = new Set(
      [copy.first, copy.second].map(
        (row) => clusterOf.get(row) ?? { members: new Set([row]), copies: [] },
      ),
    );
    const members = new Set([...parts].flatMap((part) => [...part.members]));
    const joined = { members, copies: [...[...parts].flatMap((part) => part.copies), copy] };
    for (const row of members) clusterOf.set(row, joined);
  }
  return [...new Set(clusterOf.values())].map((cluster) => ({
    members: [...cluster.members].sort((a, b) => a - b),
    copies: cluster.copies,
  }));
}

function clusterFinding(
  kind: FindingKind,
  what: string,
  { files }: Rows,
  clusters: readonly Cluster[],
): Finding[] {
  if (clusters.length === 0) return [];
  const count = clusters.reduce((sum, { members }) => sum + members.length, 0);
  const distinct = clusters.length === 1 ? '1 is' : `${clusters.length} are`;
  const items = clusters.map(
    ({ members, copies }): FindingItem => ({
      paths: members.map((row) => files[row].path),
      detail: [...new Set(copies.map((copy) => describeRelation(copy.relation)))].join(', '),
      score: members.length,
    }),
  );
  return [
    {
      kind,
      severity: 'note',
      sentence: `${images(count)} are ${what}: only ${distinct} distinct`,
      items: items.sort((a, b) => b.score - a.score),
    },
  ];
}

/** Rows with a duplicate in an earlier split, from which the model learns more. */
function acrossSplits({ files, splits }: Rows, clusters: readonly Cluster[]): Finding[] {
  const held = new Map<SplitName, number>();
  const items = clusters.flatMap((cluster) =>
    cluster.members.flatMap((row): FindingItem[] => {
      const seen = cluster.members.filter((other) => rankOf(splits[other]) < rankOf(splits[row]));
      if (seen.length === 0) return [];
      held.set(splits[row], (held.get(splits[row]) ?? 0) + 1);
      const copy = closest(cluster, row, seen);
      return [
        {
          paths: [files[row].path, files[copy.other].path],
          detail: `${copy.detail}: ${splits[row]} and ${splits[copy.other]}`,
          score: copy.similarity,
        },
      ];
    }),
  );
  if (items.length === 0) return [];
  const counts = SPLIT_NAMES.flatMap((split) =>
    held.has(split) ? [`${held.get(split)} of ${split}`] : [],
  );
  return [
    {
      kind: 'duplicates_across_splits',
      severity: 'warning',
      sentence: `${images(items.length)} (${counts.join(', ')}) ${has(items)} a duplicate in an earlier split, so metrics on them are optimistic`,
      items: items.sort((a, b) => b.score - a.score),
    },
  ];
}

function has({ length }: readonly FindingItem[]): string {
  return length === 1 ? 'has' : 'have';
}

function rankOf(split: SplitName): number {
  return SPLIT_NAMES.indexOf(split);
}

function acrossLabels({ files }: Rows, clusters: readonly Cluster[]): Finding[] {
  const items = clusters.flatMap((cluster) =>
    cluster.members.flatMap((row): FindingItem[] => {
      const before = cluster.members.filter(
        (other) => other < row && files[other].label !== files[row].label,
      );
      if (before.length === 0) return [];
      const copy = closest(cluster, row, before);
      return [
        {
          paths: [files[copy.other].path, files[row].path],
          detail: `${copy.detail}: ${files[copy.other].label} and ${files[row].label}`,
          score: copy.similarity,
        },
      ];
    }),
  );
  if (items.length === 0) return [];
  return [
    {
      kind: 'duplicates_across_labels',
      severity: 'warning',
      sentence: `${images(items.length)} ${has(items)} a duplicate with another label: one of the two labels is wrong`,
      items: items.sort((a, b) => b.score - a.score),
    },
  ];
}

/** Of the rows allowed, the one most similar to `row`; else a copy of a copy. */
function closest(
  { copies }: Cluster,
  row: number,
  allowed: readonly number[],
): { other: number; detail: string; similarity: number } {
  const direct = copies.flatMap((copy) => {
    const other = copy.first === row ? copy.second : copy.first;
    const own = copy.first === row || copy.second === row;
    const similarity = copy.relation?.similarity ?? 1;
    return own && allowed.includes(other)
      ? [{ other, detail: describeRelation(copy.relation), similarity }]
      : [];
  });
  const best = direct.sort((a, b) => b.similarity - a.similarity)[0];
  return best ?? { other: allowed[0], detail: 'copies of the same image', similarity: 0 };
}
