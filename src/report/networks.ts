// What imgdiag extractor list and extractor info print.

import { examplesOf } from '../base/examples.ts';
import { shellWord } from '../base/shell.ts';
import type { NetworkDescription } from '../extractor/describe.ts';
import type { NamedNetwork } from '../extractor/list.ts';

const HEADINGS = [
  'name',
  'pixels',
  'features',
  'multiply-adds',
  'top-1',
  'size',
  'licence',
  'where',
  'good for',
];

/** A table; what is not known is left out. */
export function networkListLines(networks: readonly NamedNetwork[]): string[] {
  const rows = networks.map((one) => [
    one.name,
    text(one.image_size),
    text(one.features),
    text(one.multiply_adds, ' M'),
    text(one.top1, ' %', 1),
    text(one.bytes === null ? null : one.bytes / 1e6, ' MB', 1),
    one.licence ?? '',
    one.where,
    one.use ?? '',
  ]);
  const table = [HEADINGS, ...rows];
  const widths = HEADINGS.map((_, at) => Math.max(...table.map((row) => row[at].length)));
  return table.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at]))
      .join('  ')
      .trimEnd(),
  );
}

export function networkLines(one: NetworkDescription): string[] {
  const map =
    one.feature_map === null
      ? 'no mean over places'
      : `mean over places of ${one.feature_map.join('x')}`;
  const recipe =
    one.mean === null || one.std === null
      ? 'mean and std as whoever trained it says: --mean, --std'
      : `mean ${one.mean.join(',')}, std ${one.std.join(',')}`;
  const { fit, crop_share: share, kernel } = one;
  const square = [fit === 'crop' ? `crop ${share ?? 1}` : fit, kernel].filter(Boolean);
  return [
    `network        ${one.id}, ${one.format}`,
    `licence        ${one.licence}, ${one.source}`,
    `sha256         ${one.weights_sha256}`,
    `inputs         ${examplesOf(one.inputs)}`,
    `outputs        ${examplesOf(one.outputs)}`,
    `embedding      ${one.embedding}: ${one.features} features, ${map}`,
    `chosen         ${one.embedding_chosen}`,
    ...one.other_embeddings.map(({ node, token, what }) => {
      const asked = `--embedding ${shellWord(node)}${token === undefined ? '' : ` --token ${token}`}`;
      return `or             ${asked}${what === undefined ? '' : `: ${what}`}`;
    }),
    `preprocessing  ${[`${one.image_size} pixels`, ...square].join(', ')}, (value / 255 - mean) / std, ${recipe}`,
    `batch          ${one.images_at_once === null ? 'any number of images' : 'one image at a time'}`,
    `multiply-adds  ${one.multiply_adds} M for an image of ${one.image_size} pixels`,
  ];
}

function text(value: number | null, unit = '', digits = 0): string {
  return value === null ? '' : `${value.toFixed(digits)}${unit}`;
}
