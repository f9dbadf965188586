// The model card: what a model was made of and for, as sections of rows.

import { SPLIT_NAMES } from '../data/split-names.ts';
import { describePreprocessing } from '../images/preprocessing.ts';
import { percentText } from '../metrics/format.ts';
import type { Manifest } from '../model/manifest.ts';
import type { ReportData } from './data.ts';

type Card = ReportData['card'];
type Rows = Card[number]['rows'];

const LEVELS = {
  file: 'files: images with identical bytes stand in two sets, so the metrics flatter',
  content: 'content: no image stands in two sets; whether a patient does is not known',
  group: 'groups: no group (patient, study) stands in two sets',
} as const;

export function modelCard(manifest: Manifest): Card {
  return [
    { heading: 'Data', rows: dataRows(manifest) },
    { heading: 'Model', rows: modelRows(manifest) },
    { heading: 'Options', rows: optionRows(manifest) },
    { heading: 'Use and limits', rows: USE },
  ];
}

function dataRows({ labels, split, data, prevalence }: Manifest): Rows {
  const { images, groups } = split;
  const counts = labels.map((label, k): [string, string] => [
    label,
    SPLIT_NAMES.map((split) => `${images[split][k]} ${split}`).join(', '),
  ]);
  const shares = labels
    .map((label, k) => `${label} ${percentText(prevalence.shares[k])}`)
    .join(', ');
  return [
    ['images', `${data.images} used, ${data.skipped} skipped as unreadable`],
    ...counts,
    ['sets are disjoint by', LEVELS[split.disjoint_by]],
    ...(groups === null
      ? []
      : [
          ['groups', SPLIT_NAMES.map((split) => `${groups[split]} ${split}`).join(', ')] as [
            string,
            string,
          ],
        ]),
    ['prevalence assumed', `${shares} (${prevalence.source})`],
    ['fingerprint', data.fingerprint],
  ];
}

function modelRows({ extractor, preprocessing, training, calibration, ...rest }: Manifest): Rows {
  const hidden = training.hidden_units === 0 ? '' : `, ${training.hidden_units} hidden units`;
  return [
    ['extractor', `${extractor.id}, ${extractor.feature_size} features, kept as it is`],
    ['extractor weights', `sha256 ${extractor.weights_sha256}`],
    ['extractor licence', `${extractor.licence}, ${extractor.source}`],
    ['images', describePreprocessing(preprocessing)],
    [
      'head',
      `softmax${hidden}, ${training.optimizer}, ${training.steps} steps, L2 ${training.l2} (${training.l2_chosen_by}), fitted on ${training.fitted_on} images`,
    ],
    [
      'temperature',
      `${Number(calibration.temperature.toFixed(3))} (${calibration.reason ?? calibration.fitted_on})`,
    ],
    ['version', rest.version],
    ['made with', `${rest.tool}; ${rest.runtime}; ${rest.decoder}`],
  ];
}

function optionRows({ options }: Manifest): Rows {
  return Object.entries(options)
    .filter(([, value]) => value !== null && value !== false && String(value) !== '')
    .map(([name, value]) => [name, Array.isArray(value) ? value.join(' ') : String(value)]);
}

const USE: Rows = [
  ['meant for', 'learning, research and engineering on images like those it was trained on'],
  [
    'limits',
    'metrics hold for images from the same source, made the same way, with the same shares of labels; elsewhere measure again with imgdiag evaluate',
  ],
  ['not a medical device', 'scores are not diagnoses; no treatment may depend on them'],
];
