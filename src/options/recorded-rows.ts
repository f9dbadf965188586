// Options that determine the result of training: models record them, and --like repeats them.

import { parseMean, parseStd } from './channels.ts';
import { parsePixelRange } from './pixel-range.ts';
import {
  COUNT,
  choice,
  flag,
  number,
  PERCENT,
  POSITIVE,
  RATE,
  text,
  textOr,
  texts,
  whole,
} from './row.ts';

/** In the order in which a model records them. */
export const RECORDED_ROWS = {
  group_by: text(
    '<regex>',
    'regular expression whose first capture group, in the path, names the patient; all images of a patient stay in one split',
  ),
  testing_percentage: number(10, '<percent>', 'images held out for the final test', PERCENT),
  validation_percentage: number(10, '<percent>', 'images held out for validation', PERCENT),
  damaged: choice(
    'refuse',
    ['refuse', 'use'],
    'skip damaged or truncated images, or use what can be read of them',
  ),
  folds: whole(0, '<k>', 'also cross-validate, with this many folds', { from: 2, off: 0 }),
  extractor: textOr(
    'efficientnet_lite0_224',
    '<name>',
    'pretrained network: its name, a folder that holds one, an ONNX file, or a frozen TensorFlow graph (.pb, .tgz); auto: the cheapest included one that does about as well as the best (retrain only)',
    { aliases: ['architecture', 'tfhub_module'], place: true },
  ),
  embedding: text(
    '<node>',
    'node or value of the network that gives the features (default: what imgdiag extractor info says)',
  ),
  token: choice(
    undefined,
    ['first', 'mean'],
    'for a transformer that outputs tokens: the first token, or the mean of the patch tokens (default: the first)',
  ),
  image_size: whole(
    undefined,
    '<pixels>',
    "side of the network's input, from 32 to 1024 (default: the network's own)",
    POSITIVE,
  ),
  fit: choice(
    undefined,
    ['stretch', 'crop', 'pad'],
    "how an image becomes a square: stretched, its central part, or on a white ground (default: the network's own, else stretch)",
  ),
  crop_share: number(
    undefined,
    '<share>',
    "share of the shorter side that --fit crop keeps (default: the network's own, else 1)",
    { from: 0.1, to: 1 },
  ),
  kernel: choice(
    undefined,
    ['linear', 'cubic', 'lanczos3'],
    "interpolation kernel (default: the network's own, else linear)",
  ),
  mean: {
    ...text(
      '<r,g,b>',
      "subtracted from pixel values of 0 to 1, e.g. 0.485,0.456,0.406; one number for all channels is enough (default: the network's own)",
      { needs: 'std' },
    ),
    read: parseMean,
    form: 'one number or three with commas between them, each from 0 to 1',
  },
  std: {
    ...text(
      '<r,g,b>',
      "what they are then divided by, e.g. 0.229,0.224,0.225; mean and std of 0.5 give -1 to 1 (default: the network's own)",
      { needs: 'mean' },
    ),
    read: parseStd,
    form: 'one number or three with commas between them, each above 0 and up to 1',
  },
  pixel_range: {
    ...text(
      '<low:high>',
      'stored values that are black and white, of files with more than 8 bits, e.g. 0:4095 (default: those of the type)',
    ),
    read: parsePixelRange,
    form: 'LOW:HIGH, two numbers with the lower one first',
  },
  flip_left_right: flag('augmentation: mirror every other copy'),
  random_crop: number(0, '<percent>', 'augmentation: crop off up to this much', PERCENT),
  random_scale: number(0, '<percent>', 'augmentation: enlarge by up to this much', PERCENT),
  random_brightness: number(
    0,
    '<percent>',
    'augmentation: brighten or darken by up to this much',
    PERCENT,
  ),
  random_rotation: number(0, '<degrees>', 'augmentation: rotate by up to this much', {
    from: 0,
    to: 180,
  }),
  augment_copies: whole(4, '<n>', 'augmented copies of each training image', POSITIVE),
  optimizer: choice(
    'lbfgs',
    ['lbfgs', 'sgd', 'adam'],
    'L-BFGS on all training images, or SGD or Adam on mini-batches',
  ),
  steps: whole(
    500,
    '<n>',
    'maximum number of training steps; L-BFGS stops once it has converged',
    POSITIVE,
    { aliases: ['how_many_training_steps'] },
  ),
  train_batch_size: whole(100, '<n>', 'images per step of sgd and adam', POSITIVE),
  learning_rate: number(
    undefined,
    '<rate>',
    'learning rate of sgd (default: 0.01) and adam (default: 0.001)',
    { above: 0 },
  ),
  learning_rate_schedule: choice(
    'constant',
    ['constant', 'cosine'],
    'learning rate schedule of sgd and adam',
  ),
  l2: number(
    undefined,
    '<strength>',
    'L2 regularisation strength (default: chosen on held-out images)',
    { from: 0 },
  ),
  label_smoothing: number(0, '<share>', 'share of each target spread over all labels', {
    from: 0,
    below: 1,
  }),
  class_weights: choice(
    'none',
    ['none', 'balanced'],
    'balanced: all labels have equal weight, however many images they have',
  ),
  prevalence: texts(
    '<label=share>',
    'expected share of a label where the model will be used, e.g. brokenleg=0.1; repeatable',
  ),
  hidden_units: whole(0, '<n>', 'units of a hidden layer; 0 for none', { from: 0, to: 4096 }),
  early_stopping_patience: whole(
    0,
    '<n>',
    'stop after this many evaluations without a lower validation loss; 0 for no early stopping',
    COUNT,
  ),
  eval_step_interval: whole(10, '<n>', 'steps between evaluations', POSITIVE),
  seed: whole(0, '<n>', 'seed of all random choices, e.g. of batches and folds', COUNT),
  calibration: choice(
    'temperature',
    ['temperature', 'none'],
    'temperature scaling, fitted on held-out predictions, or none',
  ),
  positive: text(
    '<label>',
    "choose a decision threshold for this label, by Youden's index unless a minimum is set",
  ),
  target_sensitivity: number(undefined, '<share>', 'minimum sensitivity for --positive', RATE, {
    needs: 'positive',
    excludes: 'target_specificity',
  }),
  target_specificity: number(undefined, '<share>', 'minimum specificity for --positive', RATE, {
    needs: 'positive',
  }),
};
