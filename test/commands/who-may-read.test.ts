// Who may read what the commands write: the mode of each file and folder, and what is said of others' disks.

import assert from 'node:assert/strict';
import { chmodSync, lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import sharp from 'sharp';
import { keepNoModes } from '../helpers/failing-calls.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { HEALTHDIAG, imgdiag, LEG005 } from '../helpers/run-cli.ts';
import { copyLegs, LEG009, succeed } from '../helpers/runs.ts';

const options = { skip: process.platform === 'win32' && 'Windows has no modes' };
const OTHERS = /^warning: other users may be able to read .*keeps no file permissions$/gm;

/** What is written with the umask 022. Each row is there; nothing else is. */
const TABLE: readonly (readonly [name: RegExp, mode: string])[] = [
  // Names, images, features: the owner only.
  [/^new\/m_report$/, 'd700'],
  [/^new\/m_report\/(index\.html|evaluation\.json)$/, '600'],
  [/^new\/m_report\/(predictions|out_of_fold|near_duplicates)\.csv$/, '600'],
  [/^new\/m_report\/evaluate$/, 'd700'],
  [/^new\/m_report\/evaluate\/(index\.html|evaluation\.json|predictions\.csv)$/, '600'],
  [/^checked\/found\.json$/, '600'],
  [/^logs(\/(train|validation))?$/, 'd700'],
  [/^logs\/(train|validation)\/events\..*$/, '600'],
  [/^leg\.png$/, '600'],
  [/^cache\/imgdiag(\/v1(\/\w+)?)?$/, 'd700'],
  [/^cache\/imgdiag\/v1\/\w+\/(space\.json|segment-.*\.bin)$/, '600'],
  [/^sorted(\/\w+)?$/, 'd700'],
  [/^sorted\/\.imgdiag_sorted$/, '600'],
  // As the image that was copied.
  [/^sorted\/\w+\/leg005\.jpg$/, '640'],
  [/^sorted\/\w+\/leg009\.jpg$/, '644'],
  // Figures, labels and networks, which are to be passed on: as the umask says.
  [/^(new|checked|graphs)$/, 'd755'],
  [/^new\/(m|copy)(\/head|\/versions(\/\w+(\/head)?)?)?$/, 'd755'],
  [/^new\/(m|copy)\/(versions\/\w+\/)?(model\.onnx|labels\.txt|head\/.*)$/, '644'],
  [/^new\/(m|copy)\/versions\/\w+\/(evaluation\.json|split\.json|out_of.*\.bin)$/, '644'],
  [/^new\/(m|copy)\/(manifest\.json|\.gitattributes)$/, '644'],
  [/^(graph\.onnx|labels\.txt|graphs\/intermediate_10\.onnx)$/, '644'],
  [/^metrics\.json$/, '644'],
];

function withUmask(t: TestContext, mask: number): void {
  const before = process.umask(mask);
  t.after(() => process.umask(before));
}

/** `d755`, `644` by path below `folder`, with `/` between parts. */
function modesIn(folder: string): [name: string, mode: string][] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => {
    const found = lstatSync(path.join(folder, name));
    const mode = (found.mode & 0o777).toString(8);
    return [name.replaceAll(path.sep, '/'), found.isDirectory() ? `d${mode}` : mode];
  });
}

/** The drawn legs, some of them twice in almost the same bytes. */
async function legsWithCopies(folder: string): Promise<string> {
  const images = path.join(folder, 'images');
  copyLegs(images, { brokenleg: 60, healthyleg: 60 });
  const label = path.join(images, 'brokenleg');
  for (const name of readdirSync(label).slice(0, 12)) {
    await sharp(path.join(label, name))
      .jpeg({ quality: 80 })
      .toFile(path.join(label, `b${name}`));
  }
  return images;
}

test(
  'what holds names, images or features is for its owner only, all else as the umask says',
  options,
  async (t) => {
    withUmask(t, 0o022);
    const folder = makeFolder(t, { 'out/cache/': '' });
    const [out, images] = [path.join(folder, 'out'), await legsWithCopies(folder)];
    const env = { XDG_CACHE_HOME: path.join(out, 'cache') };
    const run = (...words: string[]) => succeed(words, { cwd: out, env });
    const [model, data] = [
      ['--model_dir', 'new/m'],
      ['--image_dir', images],
    ];
    // The list of near-duplicates is written before the model: nothing may close the folder of both.
    await run(
      ...['retrain', ...data, ...model, '--steps', '20', '--folds', '3', '--seed', '1'],
      ...['--summaries_dir', 'logs', '--saved_model_dir', 'new/copy', '--eval_step_interval', '10'],
      ...['--output_graph', 'graph.onnx', '--output_labels', 'labels.txt'],
      ...['--intermediate_output_graphs_dir', 'graphs', '--intermediate_store_frequency', '10'],
    );
    await run('evaluate', ...data, ...model, '--json', 'metrics.json');
    await run('check', ...data, '--json', 'checked/found.json');
    await run('classify', ...model, LEG005, '--explain', 'leg.png');
    const [private5, open9] = ['leg005.jpg', 'leg009.jpg'].map((name) => path.join(folder, name));
    await sharp(LEG005).toFile(private5);
    await sharp(LEG009).toFile(open9);
    chmodSync(private5, 0o640);
    await run('classify', ...model, '--sort_into', 'sorted', private5, open9);

    const found = modesIn(out).filter(([name]) => name !== 'cache');
    for (const [name, mode] of found) {
      const rows = TABLE.filter(([pattern]) => pattern.test(name));
      assert.deepEqual([name, ...rows.map(([, wanted]) => wanted)], [name, mode]);
    }
    for (const [pattern] of TABLE) {
      const isThere = found.some(([name]) => pattern.test(name));
      assert.ok(isThere, `nothing was written as ${pattern.source}`);
    }
  },
);

test('a report folder that evaluate begins is closed as a whole', options, async (t) => {
  withUmask(t, 0o022);
  const folder = makeFolder(t);
  const model = path.join(folder, 'm');
  const data = ['--image_dir', HEALTHDIAG, '--model_dir', model];
  await succeed(['retrain', '--no_report', '--steps', '20', ...data]);
  await succeed(['evaluate', ...data, '--no_images']);
  const modes = modesIn(folder).filter(([name]) => /^m_report(\/evaluate)?$/.test(name));
  assert.deepEqual(modes.sort(), [
    ['m_report', 'd700'],
    ['m_report/evaluate', 'd700'],
  ]);
});

test('where the disk keeps no modes then each command says so once', options, async (t) => {
  const folder = makeFolder(t);
  const images = path.join(folder, 'images');
  copyLegs(images, { brokenleg: 20, healthyleg: 20 });
  const [model, json] = ['m', 'found.json'].map((name) => path.join(folder, name));
  const data = ['--image_dir', images, '--no_images', '--model_dir', model];
  const sorted = path.join(folder, 'sorted');
  chmodSync(path.join(images, 'brokenleg', readdirSync(path.join(images, 'brokenleg'))[0]), 0o600);
  const env = { XDG_CACHE_HOME: path.join(folder, 'cache') };
  keepNoModes(t);
  for (const words of [
    ['retrain', '--steps', '20', ...data],
    ['evaluate', ...data],
    ['check', '--image_dir', images, '--json', json],
    ['classify', '--model_dir', model, LEG005, '--explain', path.join(folder, 'leg.png')],
    ['classify', '--model_dir', model, path.join(images, 'brokenleg'), '--sort_into', sorted],
  ]) {
    const { stderr } = await imgdiag(words, { env });
    assert.equal(stderr.match(OTHERS)?.length, 1, `${words[0]}: ${stderr}`);
  }
  // Nothing is promised of these.
  const { stderr } = await imgdiag(['evaluate', ...data, '--no_report', '--json', json], { env });
  assert.doesNotMatch(stderr, OTHERS);
});

test(
  'a cache of an earlier version is closed without a word, one of others told',
  options,
  async (t) => {
    withUmask(t, 0o022);
    const folder = makeFolder(t, { 'shared/': '', 'home/': '' });
    const [home, shared, images] = ['home', 'shared', 'images'].map((name) =>
      path.join(folder, name),
    );
    copyLegs(images, { brokenleg: 5, healthyleg: 5 });
    const env = { XDG_CACHE_HOME: home };
    const check = async (...words: string[]) => {
      const { stderr } = await succeed(['check', '--image_dir', images, ...words], { env });
      return stderr.match(/^warning: .*cache.*$/gm) ?? [];
    };
    await check();
    const closed = modesIn(home);
    for (const [name, mode] of closed) {
      chmodSync(path.join(home, name), mode.startsWith('d') ? 0o755 : 0o644);
    }
    assert.deepEqual(await check(), []);
    assert.deepEqual(modesIn(home), closed);

    assert.deepEqual(await check('--bottleneck_dir', shared), []);
    chmodSync(shared, 0o777);
    assert.deepEqual(await check('--bottleneck_dir', shared), [
      `warning: others may have changed the feature cache: ${shared} can be written by other users (remove it, or give a folder of your own as --bottleneck_dir)`,
    ]);
  },
);
