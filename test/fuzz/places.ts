// A model folder with a link, a pipe, a folder or no permission where a file or folder should be.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { sha256 } from '../../src/base/hash.ts';
import type { Random } from '../../src/base/random.ts';
import { readManifest } from '../../src/index.ts';
import { FILE_NAMES } from '../../src/model/manifest.ts';
import { readModel } from '../../src/model/read.ts';
import { HEALTHDIAG, imgdiag } from '../helpers/run-cli.ts';

/** An old version, which a publication removes. */
const OLD = 'versions/0123456789abcdef';
/** Images per label that are trained and evaluated on. */
const IMAGES = 12;

/** What takes the place of `at`; what was there, if anything, now lies at `outside`. */
type Stand = (at: string, outside: string, folder: string) => void;

const LINKS: readonly Stand[] = [
  (at, outside) => symlinkSync(outside, at),
  (at, outside, folder) => {
    cpSync(outside, path.join(folder, 'inside'), { recursive: true });
    symlinkSync(path.relative(path.dirname(at), path.join(folder, 'inside')), at);
  },
  (at) => symlinkSync('nowhere', at),
  (at) => symlinkSync(path.basename(at), at),
  (at) => symlinkSync('..', at),
  (at, outside) => symlinkSync(path.dirname(outside), at),
  (at) => symlinkSync('/dev/zero', at),
];
const OTHERS: readonly Stand[] = [
  (at) => execFileSync('mkfifo', [at]),
  (at) => {
    mkdirSync(at);
    writeFileSync(path.join(at, 'file'), 'mine');
  },
];
/** Nobody but root may read it. */
const closed: Stand = (at, outside) => {
  cpSync(outside, at, { recursive: true });
  chmodSync(at, 0);
};

export async function strangePlaces(
  { model, scratch, bottlenecks }: Readonly<Record<'model' | 'scratch' | 'bottlenecks', string>>,
  random: Random,
): Promise<void> {
  const pick = <T>(items: readonly T[]): T => items[random.below(items.length)];
  const around = path.join(scratch, 'places');
  const [folder, outside] = ['model', 'outside'].map((name) => path.join(around, name));
  const images = makeImages(path.join(scratch, 'few'));
  rmSync(around, { recursive: true, force: true });
  cpSync(model, folder, { recursive: true });
  mkdirSync(path.join(folder, OLD));
  utimesSync(path.join(folder, OLD), 0, 0);
  for (const name of ['precious', '0123456789abcdef/precious']) {
    mkdirSync(path.dirname(path.join(outside, name)), { recursive: true });
    writeFileSync(path.join(outside, name), 'mine');
  }
  const name = pick(await placesOf(folder));
  const at = path.join(folder, name);
  const moved = path.join(outside, 'moved');
  if (existsSync(at)) renameSync(at, moved);
  else writeFileSync(moved, 'mine');
  const mayClose = process.getuid?.() !== 0 && name !== '.lock';
  const stand = pick([...LINKS, ...OTHERS, ...(mayClose ? [closed] : [])]);
  stand(at, moved, folder);
  const before = contentOf(outside);
  const [quiet, data] = [['--no_report'], ['--image_dir', images, '--follow_links']];
  const trained = ['--force', '--steps', '5', '--l2', '0.1', '--bottleneck_dir', bottlenecks];
  const words = pick([
    ['info', folder],
    ['classify', '--model_dir', folder, images],
    ['evaluate', '--model_dir', folder, ...quiet, ...data],
    ['retrain', '--model_dir', folder, ...quiet, ...data, ...trained],
  ]);
  try {
    const { code, stderr } = await imgdiag(words);
    const what = `${words[0]}, ${name} by ${stand}: ${code}, ${stderr}`;
    assert.ok([0, 3, 4, 6].includes(code ?? -1), what);
    assert.doesNotMatch(stderr, /^ {4}at |undefined|\[object/m, what);
    assert.deepEqual(contentOf(outside), before, what);
    if (LINKS.includes(stand) && mayHoldNoLink(name)) assert.notEqual(code, 0, what);
    if (code === 0 && words[0] === 'retrain') await readModel(folder, FILE_NAMES);
  } finally {
    if (stand === closed && existsSync(at)) chmodSync(at, 0o700);
  }
}

/** Every file and folder of a model, and what is there while one is published. */
async function placesOf(folder: string): Promise<string[]> {
  const { version } = await readManifest(folder);
  const inVersion = FILE_NAMES.map((name) => `versions/${version}/${name}`);
  const copies = ['head', 'head/weights.bin', 'model.onnx', '.gitattributes'];
  const folders = ['versions', OLD, `versions/${version}`, `versions/${version}/head`];
  return ['manifest.json', '.lock', '.lock.guard', ...copies, ...folders, ...inVersion];
}

function mayHoldNoLink(name: string): boolean {
  return /^(manifest\.json|versions.*|head|\.lock)$/.test(name);
}

/** A few drawn legs. */
function makeImages(folder: string): string {
  if (existsSync(folder)) return folder;
  for (const label of readdirSync(HEALTHDIAG)) {
    mkdirSync(path.join(folder, label), { recursive: true });
    for (const name of readdirSync(path.join(HEALTHDIAG, label)).sort().slice(0, IMAGES)) {
      cpSync(path.join(HEALTHDIAG, label, name), path.join(folder, label, name));
    }
  }
  return folder;
}

/** Every place below, with what it holds. */
function contentOf(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return names.map((name) => {
    const file = path.join(folder, name);
    const found = lstatSync(file);
    return `${name} ${found.mode} ${found.isFile() ? sha256(readFileSync(file)) : ''}`;
  });
}
