import assert from 'node:assert/strict';
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { makeFolder } from '../helpers/make-folder.ts';
import { HEALTHDIAG, imgdiag, LEG005, type Outcome, trainedModel } from '../helpers/run-cli.ts';

/** One clear sentence, one hint, no stack, nothing on stdout. */
function assertRefused({ code, stdout, stderr }: Outcome, exitCode: number, sentence: RegExp) {
  const lines = stderr.trimEnd().split('\n');
  const [error, hint] = lines.slice(-2);
  assert.equal(code, exitCode, stderr);
  assert.match(error, /^error: /);
  assert.match(error, sentence);
  assert.match(hint, /^hint: .{8,}/);
  assert.doesNotMatch(stderr, /^ {4}at |undefined|\[object/m);
  assert.equal(stdout, '');
}

const TREE = {
  'empty/': '',
  'one/cats/1.jpg': 'x',
  'one/cats/2.jpg': 'y',
  'few/cats/1.jpg': '1',
  'few/cats/2.jpg': '2',
  'few/dogs/1.jpg': '3',
  'few/dogs/2.jpg': '4',
  'few/dogs/3.jpg': '5',
  'loose/a.jpg': 'x',
  'foreign/thesis.txt': 'mine',
  file: 'mine',
};

const RETRAIN: readonly [what: string, words: string[], code: number, sentence: RegExp][] = [
  [
    'no such directory',
    ['--image_dir', 'nowhere'],
    3,
    /expected a folder at nowhere, found nothing/,
  ],
  ['a file for a directory', ['--image_dir', 'file'], 3, /expected a folder at file, found a file/],
  [
    'an empty directory',
    ['--image_dir', 'empty'],
    3,
    /at least 2 label folders .* in empty, found none/,
  ],
  ['loose images only', ['--image_dir', 'loose'], 3, /found only loose files/],
  ['one label', ['--image_dir', 'one'], 3, /at least 2 label folders .*found 1 \(cats\)/],
  [
    'a label with two images',
    ['--image_dir', 'few'],
    3,
    /at least 3 readable images of label cats .*found 2/,
  ],
  ['no directory named', [], 2, /expected --image_dir/],
  ['a misspelt flag', ['--image_dirr', 'x'], 2, /unknown option '--image_dirr'/],
  ['steps 0', ['--image_dir', HEALTHDIAG, '--steps', '0'], 2, /--steps .* at least 1, found 0/],
  [
    'steps abc',
    ['--image_dir', HEALTHDIAG, '--steps', 'abc'],
    2,
    /--steps to be a whole number of at least 1, found abc/,
  ],
  [
    'percentages of 100',
    ['--image_dir', HEALTHDIAG, '--testing_percentage', '60', '--validation_percentage', '40'],
    2,
    /60 \+ 40 = 100/,
  ],
  [
    'an image size that is too small',
    ['--image_dir', HEALTHDIAG, '--image_size', '31'],
    2,
    /--image_size to be from 32 to 1024, found 31/,
  ],
  [
    'a fit that there is not',
    ['--image_dir', HEALTHDIAG, '--fit', 'fill'],
    2,
    /--fit to be stretch, crop or pad, found fill/,
  ],
  [
    'a crop share without a crop',
    ['--image_dir', HEALTHDIAG, '--crop_share', '0.875'],
    2,
    /--fit crop together with --crop_share, found stretch/,
  ],
  [
    'a mean of values 0 to 255',
    ['--image_dir', HEALTHDIAG, '--mean', '123.675,116.28,103.53', '--std', '0.2'],
    2,
    /--mean to be one number or three .* from 0 to 1, found 123.675/,
  ],
  [
    'a mean without a deviation',
    ['--image_dir', HEALTHDIAG, '--mean', '0.5'],
    2,
    /expected --std together with --mean/,
  ],
  [
    'an unknown extractor',
    ['--image_dir', HEALTHDIAG, '--extractor', 'resnet_9'],
    2,
    /found resnet_9/,
  ],
  [
    'an extractor that has not been fetched',
    ['--image_dir', HEALTHDIAG, '--extractor', 'inception_v3'],
    4,
    /inception_v3_299, which has not been fetched/,
  ],
  [
    'a model_dir that is a file',
    ['--image_dir', HEALTHDIAG, '--model_dir', 'file'],
    6,
    /expected a folder for the model at file, found a file/,
  ],
  [
    "somebody else's folder",
    ['--image_dir', HEALTHDIAG, '--model_dir', 'foreign'],
    6,
    /found thesis\.txt/,
  ],
  ['a model_dir below a file', ['--image_dir', HEALTHDIAG, '--model_dir', 'file/m'], 6, /file/],
];

for (const [what, words, code, sentence] of RETRAIN) {
  test(`retrain refuses ${what}`, async (t) => {
    const folder = makeFolder(t, TREE);
    const before = readdirSync(folder, { recursive: true }).sort();
    assertRefused(
      await imgdiag(['retrain', '--no_report', ...words], { cwd: folder }),
      code,
      sentence,
    );
    assert.deepEqual(readdirSync(folder, { recursive: true }).sort(), before);
  });
}

test('retrain refuses a folder that may not be written', async (t) => {
  if (process.getuid?.() === 0) return t.skip('root may write everywhere');
  const folder = makeFolder(t, { 'locked/': '' });
  chmodSync(path.join(folder, 'locked'), 0o555);
  const words = [
    'retrain',
    '--no_report',
    '--image_dir',
    HEALTHDIAG,
    '--model_dir',
    path.join(folder, 'locked', 'm'),
  ];
  assertRefused(await imgdiag(words), 6, /permission was denied/);
});

test('retrain warns of labels with fewer than 20 images', async (t) => {
  const folder = makeFolder(t);
  for (const label of readdirSync(HEALTHDIAG)) {
    const files = readdirSync(path.join(HEALTHDIAG, label)).slice(
      0,
      label === 'brokenleg' ? 6 : 20,
    );
    for (const file of files)
      cpSync(path.join(HEALTHDIAG, label, file), path.join(folder, 'i', label, file));
  }
  const { code, stderr } = await imgdiag([
    'retrain',
    '--no_report',
    '--image_dir',
    path.join(folder, 'i'),
    '--model_dir',
    path.join(folder, 'm'),
    '--steps',
    '5',
  ]);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /^warning: label brokenleg has only 6 images/m);
  assert.doesNotMatch(stderr, /warning: label healthyleg/);
});

const CLASSIFY: readonly [what: string, words: string[], code: number, sentence: RegExp][] = [
  ['no image', [], 2, /expected IMAGE\.\.\. or --files_from LIST, found neither/],
  ['no model', [LEG005], 4, /expected a model in \.\/imgdiag_model, found no manifest\.json/],
  [
    'json and csv at once',
    ['--json', '--csv', LEG005],
    2,
    /expected one of --csv and --json, found both/,
  ],
  ['top_k 0', ['--top_k', '0', LEG005], 2, /--top_k to be a whole number of at least 1, found 0/],
  ['standard input twice', ['-', '-'], 2, /expected - only once/],
  ['a folder without images', ['empty'], 3, /expected images in empty, found none/],
  [
    'a foreign folder as model',
    ['--model_dir', 'foreign', LEG005],
    4,
    /expected a model in foreign/,
  ],
];

for (const [what, words, code, sentence] of CLASSIFY) {
  test(`classify refuses ${what}`, async (t) => {
    assertRefused(
      await imgdiag(['classify', ...words], { cwd: makeFolder(t, TREE) }),
      code,
      sentence,
    );
  });
}

test('classify refuses a model of another schema version, and a damaged one', async (t) => {
  const folder = makeFolder(t);
  const model = path.join(folder, 'm');
  cpSync(await trainedModel(), model, { recursive: true });
  const file = path.join(model, 'manifest.json');
  const manifest = readFileSync(file, 'utf8');
  writeFileSync(file, manifest.replace('"schema_version": 4', '"schema_version": 99'));
  const words = ['classify', '--model_dir', model, LEG005];
  assertRefused(await imgdiag(words), 4, /schema version 1 to 4 in .*, found version 99/);
  writeFileSync(file, manifest.slice(0, 500));
  assertRefused(await imgdiag(words), 4, /damaged/);
  writeFileSync(file, manifest);
  const { version } = JSON.parse(manifest) as { version: string };
  writeFileSync(path.join(model, 'versions', version, 'model.onnx'), 'not a network');
  assertRefused(await imgdiag(words), 4, /model\.onnx has only 13 of \d+ bytes$/m);
});

test('an unknown command gets a suggestion, and --debug the stack', async () => {
  const { code, stderr } = await imgdiag(['clasify', 'x']);
  assert.equal(code, 2);
  assert.match(stderr, /hint: did you mean classify\?/);
  const debug = await imgdiag(['classify', '--debug', '--model_dir', 'nowhere', LEG005]);
  assert.match(debug.stderr, /^ {4}at /m);
  assert.ok(existsSync(LEG005));
});
