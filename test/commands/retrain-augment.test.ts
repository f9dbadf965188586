import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';
import { makeFolder } from '../helpers/make-folder.ts';
import { HEALTHDIAG } from '../helpers/run-cli.ts';
import { assertTellsLegsApart, bytesOf, copyLegs, manifestOf, succeed } from '../helpers/runs.ts';

const AUGMENT = [
  '--flip_left_right',
  '--random_crop=10',
  '--random_scale=5',
  '--random_brightness=15',
  '--random_rotation=8',
  '--augment_copies=2',
];

test('when training is augmented twice then the second run computes nothing and gives the same bytes', async (t) => {
  const folder = makeFolder(t);
  const train = async (model: string) => {
    const words = [
      'retrain',
      '--no_report',
      '--image_dir',
      HEALTHDIAG,
      '--bottleneck_dir',
      'cache',
      '--l2',
      '0.1',
    ];
    return succeed([...words, '--model_dir', model, ...AUGMENT], { cwd: folder });
  };
  const first = await train('one');
  assert.match(first.stderr, /^80 images: 0 cached, 80 computed$/m);
  assert.match(
    first.stderr,
    /^augmentation: 2 variants of each of 60 training images: 0 cached, 120 computed, \d+\.\d ms each$/m,
  );
  const second = await train('two');
  assert.match(second.stderr, /^80 images: 80 cached, 0 computed$/m);
  assert.match(
    second.stderr,
    /^augmentation: 2 variants of each of 60 training images: 120 cached, 0 computed$/m,
  );
  assert.deepEqual(bytesOf(path.join(folder, 'two')), bytesOf(path.join(folder, 'one')));
  await assertTellsLegsApart(path.join(folder, 'two'));
});

test('when training is augmented then the options, the comparison and plain counts are recorded', async (t) => {
  const folder = makeFolder(t);
  const [model, plain] = [path.join(folder, 'm'), path.join(folder, 'plain')];
  const words = ['retrain', '--no_report', '--image_dir', HEALTHDIAG, '--l2', '0.1', '--model_dir'];
  const { stderr } = await succeed([...words, model, ...AUGMENT]);
  await succeed([...words, plain]);
  const [augmented, without] = [await manifestOf(model), await manifestOf(plain)];
  const { augmentation } = augmented.training;
  assert.ok(augmentation);
  const { validation_log_loss: compared, ...told } = augmentation;
  assert.deepEqual(told, {
    copies: 2,
    flip_left_right: true,
    random_crop: 10,
    random_scale: 5,
    random_brightness: 15,
    random_rotation: 8,
  });
  assert.equal(augmented.options.random_rotation, 8);
  assert.equal(without.training.augmentation, null);
  // Without variants it is the fit of the plain run, whose validation loss is saved there.
  assert.ok(compared);
  assert.equal(compared.without, without.evaluation.validation?.log_loss);
  assert.equal(compared.with, augmented.evaluation.validation?.log_loss);
  const verdict = compared.with < compared.without ? 'lowered' : 'did not lower';
  assert.match(stderr, new RegExp(`^augmentation ${verdict} the validation log loss: .*N=6`, 'm'));
  assert.deepEqual(augmented.split, without.split);
  for (const set of ['training', 'validation', 'testing'] as const) {
    assert.equal(augmented.evaluation[set]?.images, without.evaluation[set]?.images, set);
  }
});

test('when nothing else is said then there are four variants of each image', async (t) => {
  const folder = makeFolder(t);
  const images = path.join(folder, 'images');
  copyLegs(images, { brokenleg: 10, healthyleg: 10 });
  const words = [
    'retrain',
    '--no_report',
    '--image_dir',
    images,
    '--model_dir',
    path.join(folder, 'm'),
  ];
  const { stderr } = await succeed([...words, '--flip_left_right', '--l2', '0.1']);
  const { split } = await manifestOf(path.join(folder, 'm'));
  const training = split.images.training.reduce((sum, n) => sum + n);
  assert.ok(stderr.includes(`augmentation: 4 variants of each of ${training} training images`));
  const again = await succeed([...words, '--flip_left_right', '--l2', '0.1']);
  assert.match(again.stderr, /^nothing has changed/m);
  // Another seed draws other variants; a mirror is drawn by number, so turn as well.
  const turned = [...words, '--random_rotation', '10', '--l2', '0.1', '--seed'];
  await succeed([...turned, '1']);
  const other = await succeed([...turned, '2']);
  assert.match(other.stderr, /: 0 cached, \d+ computed, /);
});
