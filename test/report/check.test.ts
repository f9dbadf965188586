import assert from 'node:assert/strict';
import test from 'node:test';
import { findingLines, findingsJson } from '../../src/report/check.ts';

const items = Array.from({ length: 22 }, (_, i) => ({
  paths: [`${i}.jpg`],
  detail: 'x',
  score: 1,
}));
const finding = { kind: 'dark', severity: 'note', sentence: '22 images', items } as const;

test('when there are many items then ten are printed and the rest counted', () => {
  const lines = findingLines({ findings: [finding], images: 30 }, false);
  assert.equal(lines.length, 12);
  assert.equal(lines[0], 'note: 22 images');
  assert.equal(lines[1], '  0.jpg  x');
  assert.equal(lines[11], '  and 12 more');
});

test('when all are asked for then all are printed', () => {
  const lines = findingLines({ findings: [finding], images: 30 }, true);
  assert.equal(lines.length, 23);
});

test('when a cluster is large then only its first paths are printed', () => {
  const paths = ['a', 'b', 'c', 'd', 'e', 'f'];
  const large = { ...finding, items: [{ paths, detail: 're-encoded', score: 6 }] };
  const of = (all: boolean) => findingLines({ findings: [large], images: 6 }, all)[1];
  assert.equal(of(false), '  a b c d and 2 more  re-encoded');
  assert.equal(of(true), '  a b c d e f  re-encoded');
});

test('when nothing is found then that is said', () => {
  assert.deepEqual(findingLines({ findings: [], images: 80 }, false), ['no findings in 80 images']);
});

test('when it is saved as JSON then every item is there', () => {
  const saved = JSON.parse(findingsJson({ findings: [finding], images: 30, labels: ['a', 'b'] }));
  assert.equal(saved.schema_version, 1);
  assert.equal(saved.images, 30);
  assert.deepEqual(saved.findings[0].items, items);
});
