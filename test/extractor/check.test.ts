// A size that a network does not take is refused with the nearest that it takes.

import assert from 'node:assert/strict';
import test from 'node:test';
import { UnfitError, UsageError } from '../../src/base/errors.ts';
import { checkExtractor } from '../../src/extractor/check.ts';
import type { TfjsExtractor } from '../../src/extractor/files.ts';
import { loadTfjsFolder } from '../../src/extractor/tfjs-folder.ts';
import { makeFolder } from '../helpers/make-folder.ts';
import { syntheticExtractor, writeExtractor } from '../helpers/synthetic-extractor.ts';
import {
  flag,
  int32,
  integers,
  randomWeight,
  slide,
  syntheticFiles,
} from '../helpers/synthetic-graph.ts';

/** Halves sides once rounding up and once down, and adds both: sides are even. */
function evenSides(): TfjsExtractor {
  const base = syntheticExtractor();
  const halve = (name: string, padding: string) => ({
    name,
    op: 'Conv2D',
    input: ['x', 'filter'],
    attr: slide(padding, 2),
  });
  const files = syntheticFiles(
    [
      halve('up', 'SAME'),
      halve('down', 'VALID'),
      { name: 'sum', op: 'AddV2', input: ['up', 'down'] },
      { name: 'pool', op: 'Mean', input: ['sum', 'axes'], attr: { keep_dims: flag(true) } },
      { name: 'flat', op: 'Squeeze', input: ['pool'], attr: { squeeze_dims: integers(1, 2) } },
    ],
    { filter: randomWeight([2, 2, 3, 5]), axes: int32(1, 2) },
  );
  return { ...base, network: { format: 'tfjs', ...files } };
}

const at = (files: TfjsExtractor, size: number) => checkExtractor(files, { ...files.spec, size });

test('when a network takes a size then no multiple is asked for', () => {
  for (const size of [32, 33, 100, 225])
    assert.ok(at(syntheticExtractor(), size).batch > 0, `${size}`);
  for (const size of [32, 98, 1024]) assert.ok(at(evenSides(), size).batch > 0, `${size}`);
});

test('when it does not then the nearest size that works is named, else its own', () => {
  const fixed = syntheticExtractor('flat', [-1, 96, 96, 3]);
  for (const [files, size, nearest] of [
    [evenSides(), 101, 100],
    [evenSides(), 33, 32],
    [evenSides(), 95, 96],
    [evenSides(), 97, 96],
    [fixed, 100, 96],
    [fixed, 640, 96],
  ] as const) {
    assert.throws(
      () => at(files, size),
      (error) => {
        assert.ok(error instanceof UsageError, String(error));
        assert.match(error.message, new RegExp(`one that synthetic takes, found ${size}: `));
        assert.match(`${error.hint}`, new RegExp(`--image_size ${nearest}$`));
        return true;
      },
    );
  }
});

test('when the features are another node then the nearest size is named all the same', async (t) => {
  const folder = makeFolder(t);
  writeExtractor(folder, evenSides());
  const files = await loadTfjsFolder(folder, { embedding: 'pool', imageSize: 101 });
  assert.equal(files.spec.embeddingNode, 'pool');
  assert.throws(
    () => at(files, 101),
    (error) => /--image_size 100$/.test(`${Object(error).hint}`),
  );
});

test('when it takes not even its own size then the reason is not the size', () => {
  const files = syntheticExtractor('logits');
  for (const size of [96, 128]) assert.throws(() => at(files, size), UnfitError);
});
