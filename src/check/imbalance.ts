// Class imbalance: labels with few images beside labels with many.

import { percentText } from '../metrics/format.ts';
import type { Finding } from './findings.ts';
import type { CheckInput } from './input.ts';

/** How many times as many images the largest label has as the smallest: a note, and a warning. */
const [UNEVEN, VERY_UNEVEN] = [3, 10];

export function findImbalance({
  labels,
  targets,
}: Pick<CheckInput, 'labels' | 'targets'>): Finding[] {
  const counts = labels.map((_, label) => targets.filter((target) => target === label).length);
  const [most, fewest] = [Math.max(...counts), Math.min(...counts)];
  if (most < UNEVEN * Math.max(fewest, 1)) return [];
  const large = labels[counts.indexOf(most)];
  const small = labels[counts.indexOf(fewest)];
  const always = `always predicting ${large} is right for ${percentText(most / targets.length)} of images`;
  return [
    {
      kind: 'class_imbalance',
      severity: most >= VERY_UNEVEN * fewest ? 'warning' : 'note',
      sentence: `${most} images of ${large} and ${fewest} of ${small}: ${always}`,
      items: [],
      value: most / targets.length,
    },
  ];
}
