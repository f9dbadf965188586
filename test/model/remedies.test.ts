// Each way in which a copy of a model can be incomplete has its own sentence and remedy.

import assert from 'node:assert/strict';
import {
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { UnfitError } from '../../src/base/errors.ts';
import { FILE_NAMES } from '../../src/model/manifest.ts';
import { readModel } from '../../src/model/read.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { makeBody, makePayload, publishModel } from '../helpers/make-model.ts';
import { assertRejects } from '../helpers/rejects.ts';

const POINTER = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n';
const ANNEX = '/annex/objects/SHA256E-s9--00.onnx\n';
const PAGE = '<!DOCTYPE html>\n<html><body>model.onnx</body></html>\n';

/** What was done to a copy, what is said of it, and what helps. */
type Damage = readonly [
  what: string,
  damage: (model: string, version: string) => void,
  message: RegExp,
  hint: RegExp,
];

const STAND_INS = (
  [
    ['a Git LFS pointer, not the file that it stands for', POINTER, /git lfs pull/],
    ['a git-annex pointer, not the file that it stands for', ANNEX, /git annex get/],
    ['an HTML page', PAGE, /download the file itself/],
  ] as const
).flatMap(([what, text, hint]) => {
  return ['model.onnx', 'labels.txt', 'manifest.json'].map((name): Damage => {
    const damage = (model: string, version: string) =>
      writeFileSync(path.join(name === 'manifest.json' ? model : version, name), text);
    const message = new RegExp(`${name.replace('.', '\\.')} is ${what}$`);
    return [`${name} is ${what}`, damage, message, hint];
  });
});

const DAMAGES: readonly Damage[] = [
  ...STAND_INS,
  [
    'its versions were not copied',
    (model) => rmSync(path.join(model, 'versions'), { recursive: true }),
    /model\.onnx is missing$/,
    /copy the whole model folder/,
  ],
  [
    'one file was not copied',
    (_, version) => rmSync(path.join(version, 'out_of_distribution.bin')),
    /out_of_distribution\.bin is missing$/,
    /copy the whole model folder.*\.gitignore/,
  ],
  [
    'its manifest was not copied',
    (model) => rmSync(path.join(model, 'manifest.json')),
    /found no manifest\.json there$/,
    /copy the whole model folder/,
  ],
  [
    'a file was copied in part',
    (_, version) => truncateSync(path.join(version, 'model.onnx'), 3),
    /model\.onnx has only 3 of \d+ bytes$/,
    /do that again$/,
  ],
  [
    'a file is empty',
    (_, version) => truncateSync(path.join(version, 'labels.txt')),
    /labels\.txt has only 0 of \d+ bytes$/,
    /do that again$/,
  ],
  [
    'its files are links into a store',
    (model, version) => {
      const store = path.join(model, '..', 'store');
      mkdirSync(store);
      renameSync(path.join(version, 'model.onnx'), path.join(store, '9f'));
      symlinkSync(path.join(store, '9f'), path.join(version, 'model.onnx'));
    },
    /without links in .*, but versions\/\w+\/model\.onnx is a link$/,
    /cp -rL/,
  ],
  [
    'its files are links that lead nowhere',
    (_, version) => {
      rmSync(path.join(version, 'model.onnx'));
      symlinkSync('gone', path.join(version, 'model.onnx'));
    },
    /is a link that leads nowhere$/,
    /cp -rL/,
  ],
  [
    'its manifest is a link that leads nowhere',
    (model) => {
      rmSync(path.join(model, 'manifest.json'));
      symlinkSync('gone', path.join(model, 'manifest.json'));
    },
    /but manifest\.json is a link that leads nowhere$/,
    /cp -rL/,
  ],
];

async function publish(t: test.TestContext) {
  const folder = path.join(makeFolder(t), 'model');
  const { version } = await publishModel(folder, makePayload(1), makeBody(1));
  return { folder, version: path.join(folder, 'versions', version) };
}

for (const [what, damage, message, hint] of DAMAGES) {
  const isLink = what.includes('link') && process.platform === 'win32';
  test(`when ${what} then the remedy is not to train again`, { skip: isLink }, async (t) => {
    const { folder, version } = await publish(t);
    damage(folder, version);
    await assert.rejects(readModel(folder, FILE_NAMES), (error) => {
      assert.ok(error instanceof UnfitError, String(error));
      assert.match(error.message, message);
      assert.match(`${error.hint}`, hint);
      assert.doesNotMatch(`${error.hint}`, /retrain/);
      return true;
    });
  });
}

test('when a file has other content then whoever has the images may train again', async (t) => {
  const { folder, version } = await publish(t);
  const file = path.join(version, 'model.onnx');
  writeFileSync(file, readFileSync(file).fill(7));
  const read = () => readModel(folder, FILE_NAMES);
  await assertRejects(read, 4, /does not have the hash/, /^copy the model again.*retrain/);
});

test('when a transfer took a binary file for text then it is read, or the remedy says so', async (t) => {
  const folder = path.join(makeFolder(t), 'model');
  const grown = Buffer.from(Array.from({ length: 4096 }, (_, at) => at >> (at % 5)));
  const lacking = Buffer.concat([Buffer.alloc(4096, 'numbers'), Buffer.from('\r\n')]);
  const payload = { ...makePayload(1), 'model.onnx': grown, 'head/weights.bin': lacking };
  const { version } = await publishModel(folder, payload, makeBody(1));
  const replace = (name: string, bytes: Buffer, from: RegExp, to: string) => {
    const text = bytes.toString('latin1').replaceAll(from, to);
    writeFileSync(path.join(folder, 'versions', version, name), text, 'latin1');
  };
  assert.ok(grown.includes('\n') && !grown.includes('\r\n'), 'only LF');
  replace('model.onnx', grown, /\n/g, '\r\n');
  const { files } = await readModel(folder, FILE_NAMES);
  assert.deepEqual(files.get('model.onnx'), grown);
  replace('head/weights.bin', lacking, /\r\n/g, '\n');
  const read = () => readModel(folder, FILE_NAMES);
  await assertRejects(read, 4, /has only 4097 of 4098 bytes$/, /took it for text: .*\* -text/);
});

test('when the folder beside, above or below a model is given then the hint names the model', async (t) => {
  const { folder, version } = await publish(t);
  const near = [
    version,
    path.join(version, 'head'),
    path.join(folder, 'head'),
    path.dirname(folder),
  ];
  for (const place of [...near, path.join(folder, 'manifest.json')]) {
    const read = () => readModel(place, FILE_NAMES);
    const named = new RegExp(`^give the folder of the model: .*${path.basename(folder)}$`);
    if (place !== near[1]) await assertRejects(read, 4, /^expected a model in /, named);
  }
  const none = () => readModel(makeFolder(t), FILE_NAMES);
  await assertRejects(none, 4, /found no manifest\.json there$/, /^train one with imgdiag retrain/);
});

test('when an editor put a byte order mark before the manifest then the model is read', async (t) => {
  const { folder } = await publish(t);
  const file = path.join(folder, 'manifest.json');
  writeFileSync(file, `\ufeff${readFileSync(file, 'utf8')}`);
  cpSync(folder, `${folder}2`, { recursive: true });
  await readModel(`${folder}2`, FILE_NAMES);
});
