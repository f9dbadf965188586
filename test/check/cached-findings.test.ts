import assert from 'node:assert/strict';
import test from 'node:test';
import { featureFindings, propertyFindings, warningsOf } from '../../src/check/cached-findings.ts';
import type { Finding, FindingKind } from '../../src/check/findings.ts';

/** A note about so many images. */
const blank = (kind: FindingKind, count: number): Finding => ({
  kind,
  severity: 'note',
  sentence: '',
  items: Array.from({ length: count }, (_, i) => ({ paths: [`${i}`], detail: '', score: 1 })),
});

const rows = [...Array(40).keys()];
const input = {
  labels: ['a', 'b'],
  files: rows.map((row) => ({ path: `${row}`, label: row % 2 ? 'b' : 'a', sha256: `${row}` })),
  targets: Uint16Array.from(rows, (row) => row % 2),
  units: rows,
  splits: rows.map(() => 'training' as const),
  properties: {
    rows: 40,
    columns: 5,
    data: Float32Array.from(rows.flatMap((row) => [120, 900, row % 2 ? 600 : 400, 500, 9000])),
  },
  seed: 1,
};

test('when the width predicts the label then a training warns, and refers to imgdiag check', () => {
  const findings = propertyFindings(input);
  assert.ok(findings.some(({ property }) => property === 'width'));
  const [warning, more, ...rest] = warningsOf(findings, 12);
  assert.deepEqual([warning[0], more[0], rest], ['warning', 'info', []]);
  assert.match(
    warning[1],
    /^image [a-z ]+ alone predicts the label \(balanced accuracy 100\.0%; chance 50\.0%\) \(and \d more\)$/,
  );
  assert.match(more[1], /imgdiag check/);
});

test('when findings are known already then they are taken as they are, and those by features added', async () => {
  const data = Float32Array.from(rows.flatMap((row) => [row % 2, (row * 7) % 5]));
  const whole = { ...input, features: { rows: 40, columns: 2, data } };
  const found = await featureFindings(whole);
  assert.deepEqual(await featureFindings({ ...whole, known: propertyFindings(input) }), found);
  assert.ok(found.some(({ kind }) => kind === 'shortcut'));
  const others = found.filter(({ kind }) => kind !== 'shortcut');
  assert.deepEqual(await featureFindings({ ...whole, known: [] }), others);
});

test('when there are only notes then a training says nothing', () => {
  assert.deepEqual(warningsOf([blank('dark', 2), blank('tiny', 9)], 9), []);
});

test('when more than half of the images are almost black or white then a training warns', () => {
  const findings = [blank('dark', 3), blank('bright', 2)];
  assert.deepEqual(warningsOf(findings, 10), []);
  assert.deepEqual(warningsOf(findings, 9), [
    ['warning', '5 of 9 images are almost entirely black or white'],
  ]);
});
