import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { savedOptions } from '../../src/job/retrain-options.ts';
import {
  COMMANDS,
  type CommandName,
  type Given,
  RETRAIN_DEFAULTS,
  type RetrainOptions,
  rowsOf,
} from '../../src/options/commands.ts';
import { allowed, percentageWarnings, withDefaults } from '../../src/options/validate.ts';
import { assertRejects } from '../helpers/rejects.ts';

const FINE: RetrainOptions = { ...RETRAIN_DEFAULTS, image_dir: 'photos' };
const check = (options: RetrainOptions) => void withDefaults('retrain', options);

test('when all is at its default then a folder is all that is needed', () => {
  check(FINE);
  check({ ...RETRAIN_DEFAULTS, manifest: '-' });
});

test('when a number lies just outside its range then it is refused by name, at the end it is not', async () => {
  let tried = 0;
  for (const command of Object.keys(COMMANDS) as CommandName[]) {
    for (const [name, { kind, range = {} }] of Object.entries(rowsOf(command))) {
      const { from, to, above, below, off } = range;
      const beyond = [
        from === undefined ? [] : from - 1,
        to === undefined ? [] : to + 1,
        above ?? [],
        below ?? [],
        kind === 'whole' ? 2.5 : [],
      ].flat();
      for (const value of beyond.filter((one) => one !== off)) {
        await assertRejects(
          () => withDefaults(command, { [name]: value }),
          2,
          new RegExp(`--${name} to be .* found ${value}$`),
        );
        tried++;
      }
    }
  }
  assert.ok(tried > 40, `${tried}`);
  check({ ...FINE, random_crop: 100, random_rotation: 180, l2: 0, test_batch_size: -1, folds: 2 });
});

test('when a value is of another kind or none of the choices then what was expected is said', async () => {
  const refused: [Record<string, unknown>, RegExp][] = [
    [{ engine: 'cuda' }, /expected --engine to be auto, onnx or tfjs, found cuda/],
    [{ steps: 'many' }, /expected --steps to be a whole number of at least 1, found many/],
    [{ steps: -1 }, /--steps to be a whole number of at least 1, found -1/],
    [{ testing_percentage: -5 }, /--testing_percentage .* from 0 to 100, found -5/],
    [{ steps: '500' }, /whole number of at least 1, found 500/],
    [{ folds: 1 }, /expected --folds to be a whole number of at least 2, or 0, found 1/],
    [{ learning_rate: 0 }, /expected --learning_rate to be a number above 0, found 0/],
    [{ random_crop: 101 }, /--random_crop to be a number from 0 to 100, found 101/],
    [{ random_brightness: -1 }, /--random_brightness to be a number from 0 to 100, found -1/],
    [{ random_rotation: 181 }, /--random_rotation to be a number from 0 to 180, found 181/],
    [{ augment_copies: 0 }, /--augment_copies to be a whole number of at least 1, found 0/],
    [{ l2: Number.NaN }, /expected --l2 to be a number of at least 0, found NaN/],
    [{ target_sensitivity: 1.5 }, /--target_sensitivity .* below 1, found 1\.5/],
    [{ label_smoothing: 1 }, /--label_smoothing to be a number of at least 0 and below 1/],
    [{ force: 'yes' }, /expected --force to be true or false, found yes/],
    [{ group_by: /leg/ }, /expected --group_by to be text, found \/leg\//],
    [{ model_dir: '' }, /expected a value for --model_dir, found an empty one/],
    [{ min: ['accuracy=0.9', ''] }, /expected a value for --min, found an empty one/],
    [{ min: 'accuracy=0.9' }, /expected --min to be a list, found accuracy=0\.9/],
  ];
  for (const [wrong, sentence] of refused) {
    await assertRejects(() => check({ ...FINE, ...wrong } as RetrainOptions), 2, sentence);
  }
  assert.equal(allowed(rowsOf('retrain').random_crop), 'a number from 0 to 100');
  assert.equal(allowed(rowsOf('retrain').target_sensitivity), 'a number above 0 and below 1');
});

test('when options do not go together then the pair is named', async () => {
  const refused: [Partial<RetrainOptions>, RegExp][] = [
    [{ image_dir: undefined }, /expected --image_dir DIR or --manifest FILE, found neither/],
    [{ testing_percentage: 50, validation_percentage: 50 }, /50 \+ 50 = 100/],
    [
      { intermediate_store_frequency: 5 },
      /--intermediate_output_graphs_dir together with --interm/,
    ],
    [
      { intermediate_output_graphs_dir: 'x' },
      /--intermediate_store_frequency together with --interm/,
    ],
    [{ hidden_units: 3, init_from: 'x' }, /one of --init_from and --hidden_units, found both/],
    [
      { target_specificity: 0.9 },
      /expected --positive together with --target_specificity, found only --target_specificity/,
    ],
    [
      { target_sensitivity: 0.9 },
      /expected --positive together with --target_sensitivity, found only --target_sensitivity/,
    ],
    [
      { positive: 'a', target_sensitivity: 0.9, target_specificity: 0.9 },
      /one of --target_sensitivity and --target_specificity, found both/,
    ],
  ];
  for (const [wrong, sentence] of refused) {
    await assertRejects(() => check({ ...FINE, ...wrong }), 2, sentence);
  }
});

test('when something would be written into the model folder then it is refused', async () => {
  const model_dir = path.resolve('m');
  const inside = path.join('m', 'x');
  for (const name of ['bottleneck_dir', 'report_dir', 'output_graph', 'summaries_dir']) {
    const sentence = new RegExp(`--${name} outside the model folder .*m, found`);
    await assertRejects(() => check({ ...FINE, model_dir, [name]: inside }), 2, sentence);
    await assertRejects(() => check({ ...FINE, model_dir, [name]: model_dir }), 2, sentence);
    check({ ...FINE, model_dir, [name]: 'm_x' });
  }
  withDefaults('evaluate', { image_dir: 'x', model_dir, json: '-' });
  await assertRejects(
    () => withDefaults('evaluate', { image_dir: 'x', model_dir, json: inside }),
    2,
    /--json outside/,
  );
});

test('what is not given comes from the environment, else from the table', () => {
  const { model_dir, engine, top_k } = withDefaults('classify', { images: ['a'] });
  assert.deepEqual([model_dir, engine, top_k], ['./imgdiag_model', 'auto', undefined]);
  const env = { IMGDIAG_MODEL: 'legs' };
  assert.equal(withDefaults('classify', { images: ['a'] }, env).model_dir, 'legs');
  assert.equal(withDefaults('info', { model_dir: 'arms' }, env).model_dir, 'arms');
  assert.equal(withDefaults('info', {}, { IMGDIAG_MODEL: '' }).model_dir, './imgdiag_model');
  // There it is a split to keep, which must be asked for.
  assert.equal(withDefaults('manifest', { manifest: 't.csv' }, env).model_dir, undefined);
});

test('when options are saved then just those that decide the result are, without a path', () => {
  const saved = savedOptions({ ...FINE, prevalence: ['a=0.1'], l2: 0 }, { image_size: 224 });
  for (const name of [
    'image_dir',
    'manifest',
    'model_dir',
    'bottleneck_dir',
    'init_from',
    'like',
  ]) {
    assert.equal(name in saved, false, name);
  }
  assert.deepEqual([saved.prevalence, saved.l2, saved.image_size], [['a=0.1'], 0, 224]);
  assert.equal(saved.group_by, null);
  assert.equal(JSON.stringify(saved).includes('photos'), false);
});

test('a leading ~/ is the home folder in every path, wherever the value comes from', () => {
  const home = path.join(homedir(), 'x');
  for (const command of Object.keys(COMMANDS) as CommandName[]) {
    for (const [name, { kind, argument }] of Object.entries(rowsOf(command))) {
      const isPath = /dir|file|list|png|model|image/.test(argument);
      const value = kind === 'texts' ? ['~/x'] : '~/x';
      if (!isPath) continue;
      const needed = { image_dir: 'i', images: ['i'], intermediate_store_frequency: 5 };
      const logs = { intermediate_output_graphs_dir: 'g' };
      const given = { ...needed, ...logs, older_than: '1d', [name]: value };
      const options = withDefaults(command, given as Given<typeof command>);
      const found = (options as Record<string, unknown>)[name];
      assert.deepEqual([found].flat(), [home], `${command} --${name}`);
    }
  }
  const options = { image_dir: '~', positive: '~/x', extractor: '~/x', model_dir: '~x/y' };
  const { image_dir, positive, extractor, model_dir } = withDefaults('retrain', options);
  assert.deepEqual(
    [image_dir, positive, extractor, model_dir],
    [path.join(homedir(), ''), '~/x', home, '~x/y'],
  );
  assert.equal(withDefaults('info', {}, { IMGDIAG_MODEL: '~/x' }).model_dir, home);
});

test('a URL in place of a path is called that, with its remedy', async () => {
  for (const [url, sentence, hint] of [
    ['https://x.org/a', /--image_dir to be a path, found a URL, https:\/\/x\.org\/a$/, /download/],
    ['s3://bucket/a', /found a URL, s3:/, /download/],
    ['file:///a/b', /found a URL, file:/, /give the path: .*b$/],
    [`data:text/csv;base64,${'A'.repeat(999)}`, /found a data: URL, .{60}$/, /base64 -d/],
  ] as const) {
    await assertRejects(() => check({ ...FINE, image_dir: url }), 2, sentence, hint);
  }
  check({ ...FINE, image_dir: 'C:\\legs', manifest: 'data:2024.csv', model_dir: 'a:b' });
});

test('when a percentage looks like a share then a warning says what it would be', () => {
  const options = { ...FINE, testing_percentage: 0.2, random_crop: 0.07, label_smoothing: 0.1 };
  assert.deepEqual(percentageWarnings('retrain', options), [
    ['warning', '--testing_percentage 0.2 is less than one percent; for 20% give 20'],
    ['warning', '--random_crop 0.07 is less than one percent; for 7% give 7'],
  ]);
  assert.deepEqual(percentageWarnings('retrain', { ...FINE, testing_percentage: 0 }), []);
  assert.deepEqual(percentageWarnings('evaluate', {}), []);
});
