// Whole commands: the cold start of classify, a retrain on cached images, and peak memory.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { benchImages, inTurn, median, ROOT, ratio, report } from './measure.ts';

const RUNS = 15;
/** Distinct images of the memory measurement, and those of the retrain that is timed. */
const MANY = 5000;
const CACHED = 397;
const LABELS = ['one', 'two'];

const temporary = mkdtempSync(path.join(tmpdir(), 'imgdiag-bench-'));
try {
  const { files } = await benchImages();
  const env = { ...process.env, XDG_CACHE_HOME: path.join(temporary, 'cache') };
  const node = (...words: string[]) => {
    const { status, stderr } = spawnSync(process.execPath, words, { env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${words.join(' ')} ended with ${status}: ${stderr}`);
    return stderr;
  };
  const cli = path.join(ROOT, 'bin', 'imgdiag.mjs');
  const model = path.join(temporary, 'model');
  const image = path.join(ROOT, 'fixtures', 'diagnose', 'leg005.jpg');

  const some = makeImages(path.join(temporary, 'some'), CACHED);
  const retrain = [
    cli,
    'retrain',
    '--no_report',
    '--image_dir',
    some,
    '--model_dir',
    model,
    '--steps',
    '500',
  ];
  node(...retrain);
  const floor = path.join(ROOT, 'test', 'bench', 'cold-script.mjs');
  const network = path.join(model, 'model.onnx');
  const [cold, script] = inTurn(
    RUNS,
    () => node(cli, 'classify', '--model_dir', model, image),
    () => node(floor, network, image, '224'),
  );
  report('imgdiag classify, one image, whole process', milliseconds(median(cold)));
  report('ten-line script, same image and network', milliseconds(median(script)));
  report('classify / script, median of pairs', ratio(cold, script).toFixed(2), '<= 1.3');
  const [again, coldAgain] = inTurn(
    RUNS,
    () => node(...retrain),
    () => node(cli, 'classify', '--model_dir', model, image),
  );
  report(`imgdiag retrain, ${CACHED} cached images, 500 steps`, milliseconds(median(again)));
  report('retrain cached / classify', ratio(again, coldAgain).toFixed(2), '<= 5');

  const many = makeImages(path.join(temporary, 'many'), MANY);
  const before = performance.now();
  const rss = path.join(ROOT, 'test', 'bench', 'print-usage.mjs');
  const log = node(
    '--import',
    rss,
    cli,
    'retrain',
    '--no_report',
    '--image_dir',
    many,
    '--model_dir',
    `${model}2`,
  );
  const peak = Number(/peak RSS (\d+) MB/.exec(log)?.[1]);
  const seconds = (performance.now() - before) / 1000;
  report(`imgdiag retrain, ${MANY} distinct images, none cached`, `${seconds.toFixed(1)} s`);
  report(`peak RSS of it`, `${peak} MB`, '<= 500 MB');

  /** Copies of real images, each with bytes of its own after the end of its JPEG data. */
  function makeImages(folder: string, count: number): string {
    for (const label of LABELS) mkdirSync(path.join(folder, label), { recursive: true });
    for (let index = 0; index < count; index++) {
      const bytes = readFileSync(files[index % files.length].file);
      const name = path.join(folder, LABELS[index % LABELS.length], `${index}.jpg`);
      writeFileSync(name, Buffer.concat([bytes, Buffer.from(`image ${index}`)]));
    }
    return folder;
  }
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

function milliseconds(seconds: number): string {
  return `${(1000 * seconds).toFixed(0)} ms`;
}
