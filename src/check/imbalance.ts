// Labels with few images beside labels with many.

import type { Finding } from './findings.ts';
import type { CheckInput } from './input.ts';

/** Times as many images of the largest label as of the smallest: worth a word, and a warning. */
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
  const always = `always answering ${large} is right for ${((100 * most) / targets.length).toFixed(1)} % of them`;
  return [
    {
      kind: 'class_imbalance',
      severity: most >= VERY_UNEVEN * fewest ? 'warning' : 'note',
      sentence: `${most} images are ${large} and ${fewest} are ${small}: ${always}`,
      items: [],
      value: most / targets.length,
    },
  ];
}
