// imgdiag check as a user runs it.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import sharp, { type Sharp } from 'sharp';
import { createRandom } from '../../src/base/random.ts';
import type { Finding } from '../../src/check/findings.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { withoutHome } from '../helpers/no-home.ts';
import { HEALTHDIAG, imgdiag } from '../helpers/run-cli.ts';
import { assertRefused, succeed, treeOf } from '../helpers/runs.ts';

/** An image of noise in large grains: like no other, whatever is done to it. */
async function image(seed: number): Promise<Buffer> {
  const random = createRandom(seed, 'grains');
  const grains = Buffer.from(Array.from({ length: 12 * 9 * 3 }, () => random.below(256)));
  const png = await sharp(grains, { raw: { width: 12, height: 9, channels: 3 } })
    .resize(240, 180, { kernel: 'cubic' })
    .png()
    .toBuffer();
  return png;
}

/** Two labels of eight images, in train and val. */
async function makeData(t: TestContext): Promise<string> {
  const folder = makeFolder(t);
  for (const [index, label] of ['ants', 'bees'].entries()) {
    for (const set of ['train', 'val'])
      mkdirSync(path.join(folder, set, label), { recursive: true });
    for (let i = 0; i < 8; i++) {
      const set = i < 6 ? 'train' : 'val';
      writeFileSync(path.join(folder, set, label, `${i}.png`), await image(10 * index + i));
    }
  }
  return folder;
}

async function findingsOf(folder: string): Promise<Map<string, Finding>> {
  const { stdout } = await succeed(['check', '--image_dir', folder, '--json', '-']);
  const { findings } = JSON.parse(stdout) as { findings: Finding[] };
  return new Map(findings.map((finding) => [finding.kind, finding]));
}

test('when nothing is copied then no copies are found', async (t) => {
  const found = await findingsOf(await makeData(t));
  for (const kind of found.keys()) assert.doesNotMatch(kind, /duplicates/);
});

test('when copies are rotated, mirrored, stretched and re-encoded then each is found', async (t) => {
  const folder = await makeData(t);
  const copy = async (to: string, seed: number, change: (one: Sharp) => Sharp) =>
    writeFileSync(path.join(folder, to), await change(sharp(await image(seed))).toBuffer());
  await copy('val/ants/turned.jpg', 0, (one) => one.rotate(33, { background: '#000' }).jpeg());
  await copy('val/ants/mirrored.jpg', 1, (one) => one.flop().jpeg({ quality: 60 }));
  await copy('val/bees/other.webp', 2, (one) => one.webp());
  await copy('train/bees/small.png', 11, (one) => one.resize(120, 120, { fit: 'fill' }));
  const found = await findingsOf(folder);
  const across = found.get('duplicates_across_splits');
  assert.equal(across?.severity, 'warning');
  const said = new Map(across?.items.map(({ paths, detail }) => [paths.join(' '), detail]));
  assert.deepEqual([...said.keys()].sort(), [
    'val/ants/mirrored.jpg train/ants/1.png',
    'val/ants/turned.jpg train/ants/0.png',
    'val/bees/other.webp train/ants/2.png',
  ]);
  assert.match(said.get('val/ants/turned.jpg train/ants/0.png') ?? '', /^rotated by 33 degrees:/);
  assert.match(said.get('val/ants/mirrored.jpg train/ants/1.png') ?? '', /^mirrored:/);
  const labels = found.get('duplicates_across_labels');
  assert.deepEqual(
    labels?.items.map(({ paths }) => paths),
    [['train/ants/2.png', 'val/bees/other.webp']],
  );
  const clusters = found.get('near_duplicates')?.items.map(({ paths }) => paths.join(' '));
  assert.ok(clusters?.includes('train/bees/1.png train/bees/small.png'), `${clusters}`);
});

test('when two files have identical bytes then they are exact duplicates', async (t) => {
  const folder = await makeData(t);
  writeFileSync(path.join(folder, 'train/ants/again.png'), await image(3));
  const exact = (await findingsOf(folder)).get('exact_duplicates');
  assert.deepEqual(
    exact?.items.map(({ paths, detail }) => [...paths, detail]),
    [['train/ants/3.png', 'train/ants/again.png', 'identical bytes']],
  );
});

test('when findings are printed then warnings come first and a JSON file holds the same', async (t) => {
  const folder = await makeData(t);
  writeFileSync(path.join(folder, 'val/bees/again.png'), await image(3));
  const json = path.join(makeFolder(t), 'findings.json');
  const { stdout, stderr } = await succeed(['check', '--image_dir', folder, '--json', json]);
  assert.match(stdout, /^warning: 1 image \(1 of validation\) has a duplicate/m);
  const severities = [...stdout.matchAll(/^(warning|note):/gm)].map(([, severity]) => severity);
  assert.deepEqual(severities, [...severities].sort().reverse());
  assert.match(stderr, /^17 images: \d+ cached, \d+ computed$/m);
  const saved = JSON.parse(readFileSync(json, 'utf8'));
  assert.equal(saved.findings.length, severities.length);
  assert.deepEqual(saved.labels, ['ants', 'bees']);
});

test('when an image cannot be read then it is skipped and said, and the rest is checked', async (t) => {
  const folder = await makeData(t);
  writeFileSync(path.join(folder, 'train/ants/broken.jpg'), 'no image');
  const { stderr } = await succeed(['check', '--image_dir', folder]);
  assert.match(stderr, /^warning: skipped train\/ants\/broken\.jpg: /m);
  assert.match(stderr, /^17 images: .*, 1 skipped$/m);
});

test('when it is run then it writes nothing but the cache', async (t) => {
  const folder = makeFolder(t);
  await succeed(['check', '--image_dir', HEALTHDIAG], { cwd: folder, spawned: true });
  assert.deepEqual(treeOf(folder), []);
});

test('when Ctrl-C comes then it stops within two seconds', async (t) => {
  const folder = makeFolder(t);
  let sent = 0;
  const stopped = await imgdiag(['check', '--image_dir', HEALTHDIAG], {
    cwd: folder,
    onStderr(text, kill) {
      if (sent > 0 || !/^inspecting images: 20%/m.test(text)) return;
      sent = performance.now();
      kill('SIGINT');
    },
  });
  assert.equal(stopped.code, 130, stopped.stderr);
  assert.equal(stopped.stdout, '');
  assert.ok(performance.now() - sent < 2000);
});

const REFUSED: readonly [what: string, words: string[], code: number, sentence: RegExp][] = [
  ['nothing named', [], 2, /expected --image_dir DIR or --manifest FILE/],
  ['a folder that is not there', ['--image_dir', 'nowhere'], 3, /a folder at nowhere/],
  ['no such model', ['--image_dir', HEALTHDIAG, '--model_dir', 'typo'], 4, /a model in typo/],
  [
    'no number',
    ['--image_dir', HEALTHDIAG, '--seed', 'x'],
    2,
    /--seed to be a whole number .* found x/,
  ],
];

for (const [what, words, code, sentence] of REFUSED) {
  test(`check refuses ${what}`, async (t) => {
    const folder = makeFolder(t);
    assertRefused(await imgdiag(['check', ...words], { cwd: folder }), code, sentence);
  });
}

test('when the JSON cannot be written then the findings are printed all the same, and it ends with 6', async (t) => {
  const cwd = makeFolder(t);
  const words = ['check', '--image_dir', HEALTHDIAG, '--json'];
  const { code, stdout, stderr } = await imgdiag([...words, 'taken.json'], {
    cwd,
    // The place was free when the work began.
    onStderr: () => void mkdirSync(path.join(cwd, 'taken.json'), { recursive: true }),
  });
  assert.equal(code, 6, stderr);
  assert.match(stdout, /^note: /m);
  assert.match(stderr, /^error: expected to write taken\.json.*\nhint: .*\n$/m);
  const made = await imgdiag([...words, 'new/found.json'], { cwd });
  assert.equal(made.stdout, stdout);
  assert.match(made.stderr, /^findings written to new\/found\.json$/m);
});

test('when the user has no home folder then nothing is cached, with a warning, and the check is made', async (t) => {
  const folder = await makeData(t);
  withoutHome(t);
  const env = { HOME: '', XDG_CACHE_HOME: '' };
  const { stderr } = await succeed(['check', '--image_dir', folder], { env });
  assert.match(stderr, /^warning: features are not cached: expected a home folder .*\(set HOME/m);
});
