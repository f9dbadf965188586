import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { makeFolder } from '../helpers/make-folder.ts';
import { HEALTHDIAG, imgdiag } from '../helpers/run-cli.ts';
import {
  assertRefused,
  manifestOf,
  retrainLegs,
  rowsOf,
  splitRows,
  treeOf,
} from '../helpers/runs.ts';

interface FoldRow {
  readonly path: string;
  readonly label: string;
  readonly fold: string;
  readonly predicted: string;
  readonly 'score:brokenleg': string;
  readonly 'score:healthyleg': string;
}

function outOfFold(folder: string): FoldRow[] {
  return rowsOf<FoldRow>(readFileSync(path.join(folder, 'out_of_fold.csv'), 'utf8'));
}

test('when folds are asked for then stdout says cross-validated, with spread and baselines', async (t) => {
  const model = path.join(makeFolder(t), 'm');
  const { stdout, stderr } = await retrainLegs(['--model_dir', model, '--folds', '3']);
  const share = String.raw`\d+\.\d% \+- \d+\.\d%`;
  for (const name of [
    'accuracy',
    'balanced accuracy',
    'majority baseline',
    'nearest centroid baseline',
    'metadata baseline',
  ]) {
    assert.match(stdout, new RegExp(`^Cross-validated ${name} = ${share}`, 'm'));
  }
  assert.match(stdout, /^Cross-validated accuracy = .* \(3 folds, N=66, /m);
  assert.match(stdout, /^Cross-validated AUC = [01]\.\d{3} \+- 0\.\d{3}$/m);
  assert.deepEqual(
    [...stderr.matchAll(/^fold (\d) of 3: accuracy \d+\.\d% \(N=(\d+)\)$/gm)].map(([, k]) => k),
    ['1', '2', '3'],
  );
  assert.doesNotMatch(stderr, /--folds 5 also cross-validates/);
  const { cross_validation: cv } = await manifestOf(model);
  assert.deepEqual([cv?.folds, cv?.images], [3, 66]);
  assert.ok((cv?.accuracy.mean ?? 0) > (cv?.majority_baseline.accuracy.mean ?? 1));
});

test('when there are few test images and no folds then a hint names them', async (t) => {
  const { stderr } = await retrainLegs(['--model_dir', path.join(makeFolder(t), 'm')]);
  assert.match(
    stderr,
    /^hint: only 14 test images; --folds 5 also cross-validates on all others$/m,
  );
});

test('when folds are done then each image that is not for testing stands once in the table', async (t) => {
  const model = path.join(makeFolder(t), 'm');
  const { stdout } = await retrainLegs(['--model_dir', model, '--folds', '3']);
  const rows = outOfFold(`${model}_report`);
  const split = await splitRows(['--image_dir', HEALTHDIAG]);
  const wanted = split.filter((row) => row.split !== 'testing');
  assert.deepEqual(
    rows.map((row) => [row.path, row.label]),
    wanted.map((row) => [row.path, row.label]),
  );
  assert.deepEqual([...new Set(rows.map(({ fold }) => fold))].sort(), ['1', '2', '3']);
  for (const row of rows) {
    const [broken, healthy] = [Number(row['score:brokenleg']), Number(row['score:healthyleg'])];
    assert.ok(Math.abs(broken + healthy - 1) < 1e-6, row.path);
    assert.equal(row.predicted, broken >= healthy ? 'brokenleg' : 'healthyleg');
  }
  // The metric printed is the mean over folds of what the table holds.
  const shares = ['1', '2', '3'].map((k) => {
    const inside = rows.filter(({ fold }) => fold === k);
    return inside.filter(({ label, predicted }) => label === predicted).length / inside.length;
  });
  const mean = shares.reduce((sum, value) => sum + value, 0) / 3;
  const printed = Number(/^Cross-validated accuracy = (\S+)%/m.exec(stdout)?.[1]);
  assert.ok(Math.abs(printed - 100 * mean) <= 0.05 + 1e-9, `${printed} of ${100 * mean}`);
});

test('when the table is written then only its owner may read it', async (t) => {
  if (process.platform === 'win32') return t.skip('permissions mean something else there');
  const folder = makeFolder(t);
  const words = ['--model_dir', path.join(folder, 'm'), '--folds', '2'];
  await retrainLegs([...words, '--report_dir', path.join(folder, 'tables')]);
  const { mode } = statSync(path.join(folder, 'tables', 'out_of_fold.csv'));
  assert.equal(mode & 0o777, 0o600);
  assert.equal(existsSync(path.join(folder, 'm_report')), false);
});

test('when groups are named then no group is in two folds, nor in folds and test set', async (t) => {
  const model = path.join(makeFolder(t), 'm');
  const group_by = ['--group_by', String.raw`leg(\d\d)`];
  await retrainLegs(['--model_dir', model, '--folds', '3', ...group_by]);
  const rows = outOfFold(`${model}_report`);
  const foldsOf = new Map<string, Set<string>>();
  for (const row of rows) {
    const group = row.path.slice(row.path.indexOf('/leg'), -5);
    foldsOf.set(group, (foldsOf.get(group) ?? new Set()).add(row.fold));
  }
  assert.ok(foldsOf.size >= 3, [...foldsOf.keys()].join());
  for (const [group, folds] of foldsOf) assert.equal(folds.size, 1, group);
  const split = await splitRows(['--image_dir', HEALTHDIAG, ...group_by]);
  const tested = new Set(split.filter((row) => row.split === 'testing').map(({ group }) => group));
  assert.ok(tested.size > 0);
  for (const { path: name } of rows) assert.ok(!tested.has(name.slice(-7, -5)), name);
});

test('when testing is 0 then all images are in the folds', async (t) => {
  const model = path.join(makeFolder(t), 'm');
  const none = ['--testing_percentage', '0', '--validation_percentage', '0'];
  const { stdout } = await retrainLegs(['--model_dir', model, '--folds', '2', ...none]);
  assert.equal(outOfFold(`${model}_report`).length, 80);
  assert.match(stdout, /^Cross-validated accuracy = .* \(2 folds, N=80, /m);
  assert.match(stdout, /^No test images: no test accuracy$/m);
  // Folds give held-out images, so the strength is not the default.
  assert.equal((await manifestOf(model)).training.l2_chosen_by, 'inner folds');
});

test('when another seed draws the folds then they differ', async (t) => {
  const folder = makeFolder(t);
  const foldsAt = async (seed: string) => {
    const model = path.join(folder, seed);
    await retrainLegs(['--model_dir', model, '--folds', '2', '--l2', '0.1', '--seed', seed]);
    return outOfFold(`${model}_report`).map(({ fold }) => fold);
  };
  assert.notDeepEqual(await foldsAt('1'), await foldsAt('2'));
});

for (const [what, words, sentence] of [
  ['images', ['--folds', '35'], /at least 35 independent groups of label brokenleg .* found 34/],
  [
    'groups',
    ['--folds', '9', '--group_by', String.raw`leg(\d\d)`],
    /at least 9 independent groups of label brokenleg for 9 folds, found [3-8]$/,
  ],
] as const) {
  test(`when there are more folds than ${what} then it is refused and nothing is written`, async (t) => {
    const folder = makeFolder(t);
    const asked = ['retrain', '--no_report', '--image_dir', HEALTHDIAG, ...words];
    assertRefused(await imgdiag(asked, { cwd: folder }), 3, sentence);
    assert.deepEqual(treeOf(folder), []);
  });
}
