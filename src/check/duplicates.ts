// Copies of one image, exact and near, as findings: clusters, and those that stand on two sides.

import { SPLIT_NAMES, type SplitName } from '../data/split-names.ts';
import type { Finding, FindingItem, FindingKind } from './findings.ts';
import { type CheckInput, images } from './input.ts';
import type { Relation } from './same-image.ts';

/** Two rows that show the same image. */
export interface Copy {
  readonly first: number;
  readonly second: number;
  /** How the second comes of the first; undefined: by the same bytes. */
  readonly relation: Relation | undefined;
}

type Rows = Pick<CheckInput, 'files' | 'splits'>;

/** Rows with the same bytes, each paired with the first of them. */
export function exactCopies(files: CheckInput['files']): Copy[] {
  const firstWith = new Map<string, number>();
  return files.flatMap(({ sha256 }, second): Copy[] => {
    const first = firstWith.get(sha256);
    if (first === undefined) firstWith.set(sha256, second);
    return first === undefined ? [] : [{ first, second, relation: undefined }];
  });
}

/** `turned by 87 degrees`, `mirrored`, `re-encoded`, `the same bytes`. */
export function describeRelation(relation: Relation | undefined): string {
  if (relation === undefined) return 'the same bytes';
  const { mirrored, degrees } = relation;
  const turned = degrees === 0 ? [] : [`turned by ${Math.abs(degrees)} degrees`];
  // Mirrored top to bottom is mirrored left to right and turned by 180 degrees.
  if (mirrored && Math.abs(degrees) === 180) return 'mirrored top to bottom';
  const words = [...(mirrored ? ['mirrored'] : []), ...turned];
  return words.length === 0 ? 're-encoded' : words.join(' and ');
}

export function duplicateFindings(rows: Rows, copies: readonly Copy[]): Finding[] {
  const clusters = clustersOf(copies);
  const exact = clusters.filter((cluster) => cluster.copies.every((copy) => !copy.relation));
  const near = clusters.filter((cluster) => cluster.copies.some((copy) => copy.relation));
  return [
    ...acrossSets(rows, clusters),
    ...acrossLabels(rows, clusters),
    ...clusterFinding('exact_duplicates', 'by the same bytes', rows, exact),
    ...clusterFinding('near_duplicates', 'turned, mirrored or saved anew', rows, near),
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
  how: string,
  { files }: Rows,
  clusters: readonly Cluster[],
): Finding[] {
  if (clusters.length === 0) return [];
  const count = clusters.reduce((sum, { members }) => sum + members.length, 0);
  const originals = clusters.length === 1 ? '1 is' : `${clusters.length} are`;
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
      sentence: `${images(count)} show what only ${originals} needed to show: copies ${how}`,
      items: items.sort((a, b) => b.score - a.score),
    },
  ];
}

/** Rows of each cluster that have a copy in a set that the model learns more from. */
function acrossSets({ files, splits }: Rows, clusters: readonly Cluster[]): Finding[] {
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
          score: copy.likeness,
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
      sentence: `${images(items.length)} (${counts.join(', ')}) ${items.length === 1 ? 'is' : 'are'} also in an earlier split, so metrics on them are optimistic`,
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
          score: copy.likeness,
        },
      ];
    }),
  );
  if (items.length === 0) return [];
  return [
    {
      kind: 'duplicates_across_labels',
      severity: 'warning',
      sentence: `${images(items.length)} ${has(items)} a copy under another label: one of the two is wrong`,
      items: items.sort((a, b) => b.score - a.score),
    },
  ];
}

/** Of the rows allowed, the one most like `row`; a copy of a copy where none is so directly. */
function closest(
  { copies }: Cluster,
  row: number,
  allowed: readonly number[],
): { other: number; detail: string; likeness: number } {
  const direct = copies.flatMap((copy) => {
    const other = copy.first === row ? copy.second : copy.first;
    const own = copy.first === row || copy.second === row;
    const likeness = copy.relation?.likeness ?? 1;
    return own && allowed.includes(other)
      ? [{ other, detail: describeRelation(copy.relation), likeness }]
      : [];
  });
  const best = direct.sort((a, b) => b.likeness - a.likeness)[0];
  return best ?? { other: allowed[0], detail: 'copies of the same image', likeness: 0 };
}
