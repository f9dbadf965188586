// The reports that tests render: typical ones, and those that are hard to lay out or to escape.

import type { ReportData } from '../../src/report/data.ts';
import { makeReport } from './make-report.ts';

export const HOSTILE_LABELS = [
  '<script>alert(1)</script>',
  `"quoted" & 'single'`,
  'score',
  '__proto__',
  '10',
  '9',
  '🦴 bone 骨折',
  'שבורה',
  'x'.repeat(200),
];

const FLOWERS = ['daisy', 'dandelion', 'roses', 'sunflowers', 'tulips'];
const HUNDRED = Array.from({ length: 100 }, (_, at) => `species_${String(at).padStart(3, '0')}`);

export const twoLabels = () =>
  makeReport({ labels: ['brokenleg', 'healthyleg'], counts: [16, 41] });

export const hostile = () =>
  makeReport({
    labels: HOSTILE_LABELS,
    counts: HOSTILE_LABELS.map(() => 9),
    title: `</title><script>alert(2)</script>`,
    fileName: (label, at) => `${label}/a\nb" onerror="alert(3)" <b>&amp;${at}.jpg`,
  });

/** Nothing held out, nothing checked, nothing drawn. */
export async function minimal(): Promise<ReportData> {
  return {
    ...(await twoLabels()),
    splits: [],
    calibration: null,
    operatingPoint: null,
    extractorChoice: null,
    history: [],
    mistakes: [],
    right: [],
    findings: null,
    projection: null,
    card: [],
  };
}

export const CASES: readonly (readonly [name: string, make: () => Promise<ReportData>])[] = [
  ['two labels', twoLabels],
  ['five labels', () => makeReport({ labels: FLOWERS, counts: [60, 90, 64, 70, 80] })],
  ['hostile labels', hostile],
  ['minimal', minimal],
  [
    'no images',
    () => makeReport({ labels: ['ants', 'bees'], counts: [70, 83], images: false, skill: 3 }),
  ],
  // One of them has no image: its metrics are undefined.
  [
    'hundred labels',
    () => makeReport({ labels: HUNDRED, counts: HUNDRED.map((_, at) => (at === 7 ? 0 : 8)) }),
  ],
];
