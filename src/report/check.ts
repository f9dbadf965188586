// The findings of a data check as lines for the terminal and as JSON.

import { formatJson } from '../base/json.ts';
import type { Finding } from '../check/findings.ts';

/** Items printed per finding, unless all are wanted. */
const SHOWN = 10;

/** @param all print every item, not only the worst ten of each finding */
export function findingLines(
  { findings, images }: { readonly findings: readonly Finding[]; readonly images: number },
  all: boolean,
): string[] {
  if (findings.length === 0) return [`no findings in ${images} images`];
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

/** Paths of a cluster that are printed on a line. */
const PATHS = 4;

function pathsOf(paths: readonly string[], all: boolean): string {
  const rest = all ? 0 : paths.length - PATHS;
  return rest > 1 ? `${paths.slice(0, PATHS).join(' ')} and ${rest} more` : paths.join(' ');
}

/** @returns the contents of the JSON file, with every item */
export function findingsJson(checked: {
  readonly findings: readonly Finding[];
  readonly images: number;
  readonly labels: readonly string[];
}): string {
  const { findings, images, labels } = checked;
  return formatJson({ schema_version: 1, images, labels, findings });
}
