// What a reader sees of some markup.

import type { Html } from '../../src/report/page/html.ts';

/** Tags become spaces; runs of spaces become one. Entities stay as they are. */
export function textOf({ markup }: Html): string {
  return markup
    .replaceAll(/<\/?(bdi|strong|span|sup|a)\b[^>]*>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
