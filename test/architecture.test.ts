import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { ROOT } from './helpers/run-cli.ts';

/** The one direction of data and imports: a folder sees itself and those before it. */
const ORDER = [
  'base', // errors, files, hashing, random numbers
  'options', // what each command can be told, in one table
  'images', // a file to pixels, and pixels to an image for people
  'data', // which images and labels there are, who belongs together, which split each is in
  'network', // what a network file is and how it runs
  'extractor', // which pretrained network, from where, imported how
  'features', // images to feature rows, and their cache
  'head', // the small network that is trained
  'metrics', // how good scores are, with intervals
  'check', // findings in the data
  'model', // the files of a saved model
  'classify', // a saved model scores images
  'training', // the steps of a training, from feature rows to what is saved
  'report', // what was measured as text, tables and pages
  'job', // retrain, evaluate and check as a program calls them
  'commands', // options in, lines out
];

/** Packages that only the places named may import. */
const HOMES: readonly (readonly [packages: RegExp, home: RegExp])[] = [
  [/^commander$/, /^(commands\/|cli\.ts$)/],
  [/^cli-progress$/, /^commands\/terminal\.ts$/],
  [/^sharp$/, /^images\/sharp\.ts$/],
  [/^exif-reader$/, /^images\/header\.ts$/],
  [/^onnxruntime-node$/, /^network\/onnx\/session\.ts$/],
  [/^undici$/, /^extractor\/fetch\/download\.ts$/],
  [/^@tensorflow/, /^network\/tfjs\/session\.ts$/],
  [/^fs-extra$/, /^base\/files\.ts$/],
];

const SRC = path.join(ROOT, 'src');
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replaceAll(path.sep, '/'));

function importsOf(file: string): string[] {
  const text = readFileSync(path.join(SRC, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, specifier]) => specifier);
}

test('every import goes to the own folder or to one before it', () => {
  assert.ok(files.length > 40);
  for (const file of files.filter((name) => name.includes('/'))) {
    const own = ORDER.indexOf(file.split('/')[0]);
    assert.notEqual(own, -1, `${file} lies in no known folder`);
    for (const specifier of importsOf(file).filter((name) => name.startsWith('.'))) {
      const target = path.posix.join(path.posix.dirname(file), specifier);
      const folder = ORDER.indexOf(target.split('/')[0]);
      assert.ok(folder !== -1 && folder <= own, `${file} imports ${target}`);
    }
  }
});

test('no file imports itself in a circle, not even for a type', () => {
  const done = new Set<string>();
  const visit = (file: string, way: readonly string[]): void => {
    assert.ok(!way.includes(file), [...way, file].join(' -> '));
    if (done.has(file)) return;
    for (const specifier of importsOf(file).filter((name) => name.startsWith('.'))) {
      visit(path.posix.join(path.posix.dirname(file), specifier), [...way, file]);
    }
    done.add(file);
  };
  for (const file of files) visit(file, []);
});

test('packages with effects are imported in one place', () => {
  for (const file of files) {
    for (const specifier of importsOf(file)) {
      for (const [packages, home] of HOMES) {
        if (packages.test(specifier)) assert.match(file, home, `${file} imports ${specifier}`);
      }
    }
  }
});

test('only the command line touches the console, the terminal and the exit code', () => {
  for (const file of files.filter((name) => !/^(commands\/|cli\.ts$)/.test(name))) {
    const text = readFileSync(path.join(SRC, file), 'utf8');
    assert.doesNotMatch(text, /console\.|process\.(exit|stdout|stderr|argv)\b/, file);
    assert.doesNotMatch(text, /Math\.random/, file);
  }
});

test('no file of src/ or test/ has grown over 300 lines', () => {
  for (const folder of ['src', 'test']) {
    for (const file of readdirSync(path.join(ROOT, folder), {
      recursive: true,
      encoding: 'utf8',
    })) {
      if (!file.endsWith('.ts')) continue;
      const lines = readFileSync(path.join(ROOT, folder, file), 'utf8').split('\n').length - 1;
      assert.ok(lines <= 300, `${folder}/${file} has ${lines} lines: probably two jobs`);
    }
  }
});
