// The model card: data, model, options and intended use, as sections of rows.

import { SPLIT_NAMES } from '../data/split-names.ts';
import { describePreprocessing } from '../images/preprocessing.ts';
import { percentText } from '../metrics/format.ts';
import type { EvaluationFile } from '../model/evaluation-file.ts';
import type { Manifest } from '../model/manifest.ts';
import { describeCalibration } from '../training/calibration.ts';
import type { ReportData } from './data.ts';

type Card = ReportData['card'];
type Rows = Card[number]['rows'];

const LEVELS = {
  file: 'file: identical images are in more than one split, so the metrics are optimistic',
  content: 'content: no image is in two splits byte for byte; patients may be',
  group: 'group: no group (patient, study) is in two splits',
} as const;

/** @param near left out where only a model is at hand */
export function modelCard(manifest: Manifest, near?: EvaluationFile['near_duplicates']): Card {
  return [
    { heading: 'Data', rows: [...dataRows(manifest), ...nearRows(near)] },
    { heading: 'Model', rows: modelRows(manifest) },
    { heading: 'Options', rows: optionRows(manifest) },
    { heading: 'Intended use and limitations', rows: USE },
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
    ['splits are disjoint by', LEVELS[split.disjoint_by]],
    ...(groups === null
      ? []
      : [
          ['groups', SPLIT_NAMES.map((split) => `${groups[split]} ${split}`).join(', ')] as [
            string,
            string,
          ],
        ]),
    ['assumed prevalence', `${shares} (${prevalence.source})`],
    ['fingerprint', data.fingerprint],
  ];
}

function nearRows(near: EvaluationFile['near_duplicates'] | undefined): Rows {
  if (near === undefined) return [];
  if (near === null)
    return [['near-duplicates', 'not looked for across splits: imgdiag check does']];
  const { images, compared, not_compared: left, pairs_across_folds: folded } = near;
  const { validation, testing } = images;
  const found = `images with one in an earlier split: ${validation} of validation, ${testing} of testing`;
  const byFolds = folded === 0 ? '' : `; pairs in different folds: ${folded}`;
  const rest = left === 0 ? '' : `, not compared: ${left}`;
  return [['near-duplicates', `${found}${byFolds} (likely pairs compared: ${compared}${rest})`]];
}

function modelRows({ extractor, preprocessing, training, calibration, ...rest }: Manifest): Rows {
  const hidden = training.hidden_units === 0 ? '' : `, ${training.hidden_units} hidden units`;
  return [
    ['extractor', `${extractor.id}, ${extractor.feature_size} features, frozen`],
    ['extractor weights', `sha256 ${extractor.weights_sha256}`],
    ['extractor licence', `${extractor.licence}, ${extractor.source}`],
    ['preprocessing', describePreprocessing(preprocessing)],
    [
      'head',
      `softmax${hidden}, ${training.optimizer}, ${training.steps} steps, L2 ${training.l2} (${training.l2_chosen_by}), fitted on ${training.fitted_on} images`,
    ],
    ['calibration', describeCalibration(calibration)],
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
  ['intended use', 'learning, research and engineering on images like those it was trained on'],
  [
    'limitations',
    'the metrics apply to images from the same source, acquired in the same way, with the same label shares; for any other use, run imgdiag evaluate on images from there',
  ],
  ['not a medical device', 'scores are not diagnoses, and no treatment may depend on them'],
];
