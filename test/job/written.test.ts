// What the jobs of the library write, and what they return of it.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import {
  type CheckResult,
  check,
  type EvaluateResult,
  evaluate,
  GateError,
  type Given,
  type RetrainResult,
  retrain,
  WriteError,
  type Written,
} from '../../src/index.ts';
import { FAST } from '../helpers/fast.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { HEALTHDIAG, TEST_CACHE, trainedModel } from '../helpers/run-cli.ts';
import { bytesOf, copyLegs } from '../helpers/runs.ts';

const FEW = { brokenleg: 10, healthyleg: 10 };
const REPORT = ['evaluation.json', 'index.html', 'predictions.csv'];

/** Twenty legs, and what is wanted of them. */
function legs(folder: string, options: Given<'retrain'> = {}): Given<'retrain'> {
  copyLegs(path.join(folder, 'legs'), FEW);
  const model_dir = path.join(folder, 'm');
  return {
    image_dir: path.join(folder, 'legs'),
    model_dir,
    bottleneck_dir: TEST_CACHE,
    extractor: FAST,
    ...options,
  };
}

/** `what path` of each output, paths below `folder`. */
function namesOf({ written }: Written, folder: string): string[] {
  return written.map(({ what, path: place }) => `${what} ${path.relative(folder, place)}`);
}

test('retrain writes report, tables and all that is asked for, and returns where they are', async (t) => {
  const folder = makeFolder(t);
  const at = (name: string) => path.join(folder, name);
  const places = { output_graph: at('g.onnx'), output_labels: at('l.txt'), summaries_dir: at('t') };
  const options = legs(folder, { ...places, saved_model_dir: at('s'), folds: 2 });
  const saved: boolean[] = [];
  const onSaved = () => saved.push(existsSync(at('m')) && !existsSync(at('m_report')));
  const result = await retrain(options, { onSaved });
  assert.deepEqual(namesOf(result, folder), [
    'model m',
    'network g.onnx',
    'labels l.txt',
    'model s',
    'summaries for TensorBoard t',
    `out-of-fold predictions ${path.join('m_report', 'out_of_fold.csv')}`,
    `report ${path.join('m_report', 'index.html')}`,
  ]);
  assert.deepEqual([result.unwritten, result.unchanged, saved], [[], false, [true]]);
  assert.deepEqual(readdirSync(at('m_report')).sort(), [...REPORT, 'out_of_fold.csv'].sort());
  assert.deepEqual(readdirSync(at('t')).sort(), ['train', 'validation']);

  const again = await retrain(options);
  assert.equal(again.unchanged, true);
  assert.equal(again.manifest.version, result.manifest.version);
  assert.equal(again.measured, undefined);
  assert.equal(again.test.metrics?.correct, result.test.metrics?.correct);
});

test('when a file of retrain cannot be written then it costs no other, and is returned', async (t) => {
  const folder = makeFolder(t, { 'r/index.html/taken': '' });
  const at = (name: string) => path.join(folder, name);
  const blocked = { report_dir: at('r'), output_graph: at('taken') };
  const options = legs(folder, { ...blocked, output_labels: at('l.txt') });
  // The place was free when the work began.
  const onStep = () => void mkdirSync(at('taken'), { recursive: true });
  const result = await retrain(options, { onStep });
  assert.deepEqual(namesOf(result, folder), ['model m', 'labels l.txt']);
  assert.equal(result.unwritten.length, 2);
  for (const error of result.unwritten) {
    assert.ok(error instanceof WriteError && error.hint);
    assert.match(error.message, /^expected to write .*(taken|r.index\.html)/);
  }
  assert.ok(existsSync(at('m/manifest.json')));
});

test('when gates are missed then the error has what was measured, and nothing is written', async (t) => {
  const folder = makeFolder(t);
  const options = legs(folder);
  await retrain({ ...options, no_report: true });
  const before = bytesOf(folder);
  const strict = { ...options, l2: 1e9, min: ['balanced_accuracy=1'] };
  await assert.rejects(retrain(strict), (error) => {
    assert.ok(error instanceof GateError);
    const { test: tested, measured, written, unwritten } = error.result as RetrainResult;
    assert.ok((tested.metrics?.balanced_accuracy.value ?? 1) < 1);
    assert.ok(measured);
    assert.deepEqual([written, unwritten], [[], []]);
    return true;
  });
  assert.deepEqual(bytesOf(folder), before);
});

test('when the model cannot be saved then the error has what was measured', async (t) => {
  const folder = makeFolder(t);
  const options = legs(folder, { folds: 2, output_labels: path.join(folder, 'l.txt') });
  // The place was free when the work began.
  const onStep = () => writeFileSync(path.join(folder, 'm'), 'in the way');
  await assert.rejects(retrain(options, { onStep }), (error) => {
    assert.ok(error instanceof WriteError);
    const { manifest, written, unwritten } = error.result as RetrainResult;
    assert.equal(manifest.cross_validation?.folds, 2);
    assert.deepEqual([written, unwritten], [[], []]);
    return true;
  });
  assert.deepEqual(readdirSync(folder).sort(), ['legs', 'm']);
});

test('evaluate writes its report, also where gates are missed, and returns where it is', async (t) => {
  const folder = makeFolder(t, { 'taken/index.html/': '' });
  copyLegs(path.join(folder, 'legs'), FEW);
  const [json, report_dir] = [path.join(folder, 'new', 'e.json'), path.join(folder, 'r')];
  const image_dir = path.join(folder, 'legs');
  const options = { image_dir, model_dir: await trainedModel(), json, report_dir };
  const result = await evaluate(options);
  const names = [`metrics ${path.join('new', 'e.json')}`, `report ${path.join('r', 'index.html')}`];
  assert.deepEqual(namesOf(result, folder), names);
  assert.deepEqual(readdirSync(report_dir).sort(), REPORT);
  assert.equal(JSON.parse(readFileSync(json, 'utf8')).metrics.images, 20);

  const blocked = { ...options, report_dir: path.join(folder, 'taken'), max: ['log_loss=0'] };
  await assert.rejects(evaluate(blocked), (error) => {
    assert.ok(error instanceof GateError);
    const missed = error.result as EvaluateResult;
    assert.deepEqual(namesOf(missed, folder), names.slice(0, 1));
    assert.equal(missed.unwritten.length, 1);
    assert.deepEqual(missed.metrics, result.metrics);
    return true;
  });
});

test('check writes its findings as JSON, and returns where', async (t) => {
  const folder = makeFolder(t);
  const json = path.join(folder, 'found.json');
  const options = { image_dir: HEALTHDIAG, bottleneck_dir: TEST_CACHE, extractor: FAST };
  const result: CheckResult = await check({ ...options, json });
  assert.deepEqual(namesOf(result, folder), ['findings found.json']);
  const { findings, images } = JSON.parse(readFileSync(json, 'utf8'));
  assert.deepEqual([findings.length, images], [result.findings.length, 80]);
});
