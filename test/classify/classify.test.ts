import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { EXIT } from '../../src/base/errors.ts';
import { classify, type Prediction } from '../../src/classify/classify.ts';
import { forgeModel } from '../helpers/forge-model.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { assertRejects } from '../helpers/rejects.ts';
import { DIAGNOSE, LEG005, trainedModel } from '../helpers/run-cli.ts';
import { LEG009 } from '../helpers/runs.ts';

async function all(stream: AsyncIterable<Prediction>): Promise<Prediction[]> {
  const found: Prediction[] = [];
  for await (const prediction of stream) found.push(prediction);
  return found;
}

test('when files and folders are classified then each has its scores, or its error, in order', async (t) => {
  const folder = makeFolder(t, { 'notes.txt': 'no image', '.hidden': '' });
  const messages: string[] = [];
  const onMessage = (level: string, text: string) => messages.push(`${level}: ${text}`);
  const files = [LEG009, folder, LEG005];
  const [healthy, notes, broken, ...rest] = await all(
    classify(await trainedModel(), files, { onMessage }),
  );
  assert.deepEqual([healthy.file, broken.file, rest], [LEG009, LEG005, []]);
  assert.deepEqual(
    [healthy, broken].map(({ scores }) => scores?.[0].label),
    ['healthyleg', 'brokenleg'],
  );
  assert.equal(notes.file, path.join(folder, 'notes.txt'));
  assert.equal(notes.scores, undefined);
  assert.deepEqual([notes.error?.exitCode, notes.error?.code], [EXIT.input, 'image_format']);
  assert.deepEqual(messages, [`info: ${folder}: 1 hidden or system files ignored`]);
});

test('when one folder is given then it stands for all below it, and a break ends the work', async () => {
  const model = await trainedModel();
  assert.equal((await all(classify(model, DIAGNOSE))).length, 8);
  for await (const { file } of classify(model, DIAGNOSE)) {
    assert.ok(file.startsWith(DIAGNOSE));
    break;
  }
});

test('when images are too large for what is told, or the work is called off, then it says so', async () => {
  const model = await trainedModel();
  const [{ error }] = await all(classify(model, LEG005, { maxPixels: 10 }));
  assert.equal(error?.code, 'image_too_large');
  const reason = new Error('enough');
  const stream = classify(model, LEG005, { signal: AbortSignal.abort(reason) });
  await assert.rejects(all(stream), reason);
});

test('when there is no model or no image then the first step throws', async (t) => {
  await assert.rejects(all(classify('nowhere', LEG005)), { exitCode: EXIT.unfit });
  const empty = classify(await trainedModel(), makeFolder(t));
  await assert.rejects(all(empty), { exitCode: EXIT.input });
});

test('when a model names an extractor that is not included then no folder of that name is opened', async (t) => {
  const folder = makeFolder(t, { 'evil/extractor.json': '{}' });
  const model = path.join(folder, 'm');
  cpSync(await trainedModel(), model, { recursive: true });
  await forgeModel(model, (body) => {
    body.extractor = { ...body.extractor, id: 'evil' };
  });
  const before = process.cwd();
  process.chdir(folder);
  t.after(() => process.chdir(before));
  await assertRejects(
    () => all(classify(model, LEG005, { engine: 'tfjs' })),
    EXIT.unfit,
    'expected a model whose extractor is included in imgdiag or was fetched, found one with evil',
    /--extractor PATH/,
  );
  // With its own network it needs none.
  assert.equal((await all(classify(model, LEG005, { engine: 'onnx' })))[0].error, undefined);
});
