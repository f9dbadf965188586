// The findings of a data check as lines for a terminal, and as JSON.

import { formatJson } from '../base/json.ts';
import type { Finding } from '../check/findings.ts';

/** Items printed of each finding unless all are asked for. */
const SHOWN = 10;

/** @param all every item, not only the worst ten of each finding */
export function findingLines(
  { findings, images }: { readonly findings: readonly Finding[]; readonly images: number },
  all: boolean,
): string[] {
  if (findings.length === 0) return [`nothing found on ${images} images`];
  return findings.flatMap(({ severity, sentence, items }) => {
    const shown = all ? items : items.slice(0, SHOWN);
    const rest = items.length - shown.length;
    return [
      `${severity}: ${sentence}`,
      ...shown.map(({ paths, detail }) => `  ${pathsOf(paths, all)}  ${detail}`),
      ...(rest > 0 ? [`  and ${rest} more`] : []),
    ];
  });
}

/** Paths of a cluster that fit into a line. */
const PATHS = 4;

function pathsOf(paths: readonly string[], all: boolean): string {
  const rest = all ? 0 : paths.length - PATHS;
  return rest > 1 ? `${paths.slice(0, PATHS).join(' ')} and ${rest} more` : paths.join(' ');
}

/** @returns the text of a file, with every item */
export function findingsJson(checked: {
  readonly findings: readonly Finding[];
  readonly images: number;
  readonly labels: readonly string[];
}): string {
  const { findings, images, labels } = checked;
  return formatJson({ schema_version: 1, images, labels, findings });
}
