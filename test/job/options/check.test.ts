import assert from 'node:assert/strict';
import test from 'node:test';
import { savedOptions } from '../../../src/job/like.ts';
import { checkOptions } from '../../../src/job/options/check.ts';
import {
  OPTION_SPECS,
  RETRAIN_DEFAULTS,
  type RetrainOptions,
} from '../../../src/job/options/table.ts';
import { assertRejects } from '../../helpers/rejects.ts';

const FINE: RetrainOptions = { ...RETRAIN_DEFAULTS, image_dir: 'photos' };

test('when all is at its default then a folder is all that is needed', () => {
  checkOptions(FINE);
  checkOptions({ ...RETRAIN_DEFAULTS, manifest: '-' });
});

test('when a number lies just outside its range then it is refused by name, at the end it is not', async () => {
  let tried = 0;
  for (const [name, { kind, range }] of Object.entries(OPTION_SPECS)) {
    if (!('from' in (range ?? {})) && !('to' in (range ?? {}))) continue;
    const { from, to } = range as { from?: number; to?: number };
    const beyond = [from === undefined ? [] : from - 1, to === undefined ? [] : to + 1].flat();
    for (const value of [...beyond, ...(kind === 'whole' ? [(from ?? 0) + 0.5] : [])]) {
      const wrong = { ...FINE, [name]: value };
      await assertRejects(
        () => checkOptions(wrong),
        2,
        new RegExp(`--${name} to be .* found ${value}$`),
      );
      tried++;
    }
  }
  assert.ok(tried > 20);
  checkOptions({ ...FINE, random_crop: 100, random_rotation: 180, l2: 0, test_batch_size: -1 });
});

test('when options do not go together then the pair is named', async () => {
  const refused: [Partial<RetrainOptions>, RegExp][] = [
    [{ image_dir: undefined }, /--image_dir DIR or --manifest FILE/],
    [{ testing_percentage: 50, validation_percentage: 50 }, /50 \+ 50 = 100/],
    [{ folds: 1 }, /--folds 2 or more/],
    [{ intermediate_store_frequency: 5 }, /--intermediate_output_graphs_dir together/],
    [{ intermediate_output_graphs_dir: 'x' }, /--intermediate_store_frequency and/],
    [{ hidden_units: 3, init_from: 'x' }, /--init_from without --hidden_units/],
    [{ final_tensor_name: 'embedding' }, /--final_tensor_name, found embedding/],
    [{ learning_rate: 0 }, /--learning_rate to be a number above 0, found 0/],
    [{ label_smoothing: 1 }, /--label_smoothing/],
  ];
  for (const [wrong, sentence] of refused) {
    await assertRejects(() => checkOptions({ ...FINE, ...wrong }), 2, sentence);
  }
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
