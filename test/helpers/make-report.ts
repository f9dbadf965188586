// Made-up values of whole reports, drawn from a seed: what the page tests render.

import sharp from 'sharp';
import { createRandom } from '../../src/base/random.ts';
import type { Finding } from '../../src/check/findings.ts';
import type { ExtractorChoice } from '../../src/model/evaluation-file.ts';
import type { ReportData, ReportImage, ReportSplit, ReportStep } from '../../src/report/data.ts';
import { drawScores, makeBins, makeMetrics, predictedOf, type Scored } from './make-metrics.ts';

export interface Wanted {
  readonly labels: readonly string[];
  /** Test images of each label. */
  readonly counts: readonly number[];
  readonly skill?: number;
  readonly images?: boolean;
  /** Entries of each column of the gallery. */
  readonly shown?: number;
  /** Made of a label and a number. */
  readonly fileName?: (label: string, at: number) => string;
  readonly title?: string;
}

export async function makeReport(wanted: Wanted): Promise<ReportData> {
  const { labels, counts, skill = 2.4, images = true, shown = 6 } = wanted;
  const fileName = wanted.fileName ?? ((label, at) => `${label}/${label}_${1000 + 7 * at}.jpg`);
  const scored = drawScores(counts, skill, 1);
  const wrong = scored.filter((one) => predictedOf(one) !== one.truth);
  const right = scored.filter((one) => predictedOf(one) === one.truth);
  const drawn = images ? await drawImages() : null;
  const entry = (one: Scored, at: number): ReportImage => ({
    path: fileName(labels[one.truth], at),
    truth: labels[one.truth],
    predicted: labels[predictedOf(one)],
    score: Math.max(...one.scores),
    image: drawn?.[at % 4] ?? null,
    heat: drawn?.[4 + (at % 4)] ?? null,
    approximate: false,
    outOfFold: at % 3 === 2,
  });
  return {
    kind: 'retrain',
    title: wanted.title ?? 'leg_model',
    labels,
    headline: 'test',
    splits: [
      makeSplit('test', labels, scored, null),
      makeSplit(
        'validation',
        labels,
        drawScores(counts, skill, 2),
        'these images were also used to choose the L2 strength',
      ),
    ],
    extractorChoice: CHOICE,
    calibration: {
      temperature: 1.31,
      sentence: 'temperature 1.31, fitted on out-of-fold predictions (N=266)',
      before: { log_loss: 0.271, ece: 0.062 },
      after: { log_loss: 0.243, ece: 0.031 },
      kept: true,
      reliabilityBefore: makeBins(scored, 1.31),
      reliabilityAfter: makeBins(scored),
    },
    operatingPoint: {
      positive: labels[0],
      threshold: 0.312,
      reached: [0.15, 0.92],
      sentence:
        'chosen for a sensitivity of at least 0.95 on out-of-fold predictions (N=266, 77 positive)',
      rows: [
        { split: 'out-of-fold', rates: ['96.1% (89.2–98.7)', '81.0% (74.9–85.9)', '–', '–'] },
        { split: 'test', rates: ['93.8% (71.7–98.9)', '82.9% (68.7–91.5)', '–', '–'] },
      ],
    },
    history: makeHistory(),
    mistakes: [...wrong]
      .sort((a, b) => Math.max(...b.scores) - Math.max(...a.scores))
      .slice(0, shown)
      .map(entry),
    right: right.slice(0, shown).map(entry),
    findings: makeFindings(fileName(labels[0], 3), fileName(labels[1], 5)),
    projection: makeProjection(labels, scored, fileName),
    card: makeCard(),
    images,
    stamp: 'imgdiag report of model 0123456789abcdef',
  };
}

function makeSplit(
  name: string,
  labels: readonly string[],
  scored: readonly Scored[],
  caveat: string | null,
): ReportSplit {
  const metrics = makeMetrics(labels, scored);
  const { accuracy } = metrics.majority_baseline;
  const baselines = [
    { name: 'Majority', accuracy },
    { name: 'Nearest centroid', accuracy: accuracy + 0.06 },
    { name: 'Metadata', accuracy: accuracy + 0.01 },
  ];
  return { name, metrics, caveat, baselines };
}

function makeHistory(): ReportStep[] {
  const random = createRandom(3, 'made-up history');
  return Array.from({ length: 50 }, (_, at) => ({
    step: 10 * at,
    trainAccuracy: 1 - 0.4 * Math.exp(-at / 9) - 0.01 * random.uniform(),
    logLoss: 0.12 + 0.6 * Math.exp(-at / 11) + 0.01 * random.uniform(),
    validationAccuracy: 0.93 - 0.33 * Math.exp(-at / 9) - 0.02 * random.uniform(),
    validationLogLoss: 0.24 + 0.5 * Math.exp(-at / 9) + 0.02 * random.uniform(),
  }));
}

function makeProjection(
  labels: readonly string[],
  scored: readonly Scored[],
  fileName: (label: string, at: number) => string,
): ReportData['projection'] {
  const random = createRandom(4, 'made-up map');
  const points = scored.map((one, at) => {
    const angle = (2 * Math.PI * one.truth) / labels.length;
    const place = [3 * Math.cos(angle), 3 * Math.sin(angle)];
    return {
      at: [place[0] + 1.6 * random.normal(), place[1] + 1.6 * random.normal()] as const,
      label: labels[one.truth],
      mistake: predictedOf(one) !== one.truth,
      path: fileName(labels[one.truth], at),
    };
  });
  return { points, explained: [0.214, 0.097] };
}

function makeFindings(first: string, second: string): Finding[] {
  const items = Array.from({ length: 12 }, (_, at) => ({
    paths: [first, second],
    detail: `rotated by ${10 * at} degrees`,
    score: 1 - at / 12,
  }));
  return [
    {
      kind: 'outliers',
      severity: 'note',
      sentence: '1 image is unlike all others',
      items: [{ paths: [first], detail: 'distance 31.2', score: 1 }],
    },
    {
      kind: 'duplicates_across_splits',
      severity: 'warning',
      sentence: '12 images occur in training and testing alike',
      items,
    },
    {
      kind: 'shortcut',
      severity: 'warning',
      sentence: 'orientation alone predicts the label with a balanced accuracy of 0.62',
      items: [],
      value: 0.62,
      property: 'orientation',
    },
  ];
}

function makeCard(): ReportData['card'] {
  return [
    {
      heading: 'Data',
      rows: [
        ['Images', '397: 266 training, 66 validation, 57 test, 8 left out'],
        ['Disjoint by', 'group (file name up to _nohash_)'],
        ['Prevalence used', 'as in training: 0.29, 0.71'],
      ],
    },
    {
      heading: 'Model',
      rows: [
        ['Extractor', 'mobilenet_v1_0.25_224'],
        ['Weights', 'sha256 9f2c4de0b6f1d1c5a1b7a2f0c3e4d5968778695a4b3c2d1e0f112233445566aa'],
        ['Options', '--image_dir legs --folds 5 --positive brokenleg --target_sensitivity 0.95'],
      ],
    },
    {
      heading: 'Use',
      rows: [
        ['Intended use', 'sorting images like those it was trained on, with a person who looks'],
        [
          'Limits',
          'other machines, other views, other hospitals: not tested. Not a medical device.',
        ],
      ],
    },
  ];
}

/** Four grey shapes of about 12 kB as JPEG, then the same with a warm spot. */
async function drawImages(): Promise<Buffer[]> {
  const sizes = [
    [240, 320],
    [320, 240],
    [240, 240],
    [200, 320],
  ] as const;
  const random = createRandom(5, 'made-up images');
  const draw = async ([width, height]: readonly [number, number], warm: boolean) => {
    const pixels = Buffer.alloc(width * height * 3);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const bone = Math.abs(x - width / 2 - 20 * Math.sin(y / 40)) < width / 7 ? 190 : 40;
        const heat = warm
          ? 150 * Math.exp(-((x - width / 2) ** 2 + (y - height / 3) ** 2) / 1800)
          : 0;
        const grey = bone + 14 * random.normal();
        const colour = [grey + heat, grey - heat / 3, grey - heat].map((value) =>
          Math.max(0, Math.min(255, value)),
        );
        pixels.set(colour, 3 * (y * width + x));
      }
    }
    return sharp(pixels, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 60 })
      .toBuffer();
  };
  return Promise.all([
    ...sizes.map((size) => draw(size, false)),
    ...sizes.map((size) => draw(size, true)),
  ]);
}

function compared(
  id: string,
  size: number,
  multiplyAdds: number,
  [logLoss, difference, standardError]: readonly [number, number, number],
) {
  return {
    id,
    image_size: size,
    multiply_adds: multiplyAdds,
    log_loss: logLoss,
    difference,
    standard_error: standardError,
    kept: false,
    kept_in_folds: null,
  };
}

/** Of three networks, the second of which costs least of those near the best. */
export const CHOICE: ExtractorChoice = {
  images: 266,
  units: 266,
  networks: [
    compared('mobilenet_v1_025_224', 224, 41_000_000, [0.3312, 0.1204, 0.0402]),
    {
      ...compared('efficientnet_lite0_224', 224, 407_000_000, [0.2165, 0.0057, 0.0121]),
      kept: true,
    },
    compared('efficientnet_lite0_224', 320, 830_612_245, [0.2108, 0, 0]),
  ],
};
