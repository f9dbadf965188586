// What depends on constants only is computed at import, with the values that TensorFlow.js computes.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertRefused } from '../../helpers/refusal.ts';
import {
  assertSameOnBoth,
  importSynthetic,
  int32,
  integer,
  integers,
  randomWeight,
  type SyntheticNode,
  type SyntheticWeight,
  syntheticFiles,
} from '../../helpers/synthetic-graph.ts';

const SHAPE = [2, 7, 9, 3];

/** `out` = the image times what `nodes` make of the weights. */
async function assertFolded(
  nodes: SyntheticNode[],
  weights: Record<string, SyntheticWeight>,
): Promise<void> {
  const out = { name: 'out', op: 'Mul', input: ['x', 'c'] };
  const files = syntheticFiles([...nodes, out], weights);
  await assertSameOnBoth(files, SHAPE);
  const ops = importSynthetic(files, SHAPE).nodes.map(({ op }) => op);
  assert.deepEqual(ops, ['Mul']);
}

const vector = { v: { shape: [3], data: [0.5, 1, 2] } };
const node = (op: string, input: string[], attr = {}) => ({ name: 'c', op, input, attr });

describe('folded', () => {
  for (const op of ['Sqrt', 'Rsqrt', 'Square', 'Neg', 'Exp', 'Reciprocal']) {
    test(op, () => assertFolded([node(op, ['v'])], vector));
  }

  for (const op of ['Add', 'AddV2', 'Sub', 'Mul', 'RealDiv', 'Maximum', 'Minimum']) {
    test(`${op} of constants of any rank`, async () => {
      for (const shape of [[], [1], [3], [1, 1, 1, 3], [9, 1], [7, 1, 1]]) {
        const other = { shape, data: randomWeight(shape).data.map((value) => value + 2) };
        await assertFolded([node(op, ['v', 'w'])], { ...vector, w: other });
        await assertFolded([node(op, ['w', 'v'])], { ...vector, w: other });
      }
    });
  }

  test('Reshape, ExpandDims and Squeeze', async () => {
    await assertFolded([node('Reshape', ['v', 's'])], { ...vector, s: int32(1, 1, -1) });
    await assertFolded([node('ExpandDims', ['v', 's'])], { ...vector, s: int32(-2) });
    const wide = { v: { shape: [1, 1, 3], data: [1, 2, 3] } };
    await assertFolded([node('Squeeze', ['v'], { squeeze_dims: integers(0) })], wide);
    await assertFolded([node('Squeeze', ['v'], { squeeze_dims: integers() })], wide);
  });

  test('Transpose', () =>
    assertFolded([node('Transpose', ['v', 'order'])], {
      v: { shape: [3, 9, 1], data: randomWeight([3, 9]).data },
      order: int32(2, 1, 0),
    }));

  test('ConcatV2 and Pack along any axis', async () => {
    const parts = { a: randomWeight([9, 1]), b: randomWeight([9, 2], 2), axis: int32(1) };
    await assertFolded([node('ConcatV2', ['a', 'b', 'axis'])], parts);
    const rows = { a: randomWeight([9]), b: randomWeight([9], 2), d: randomWeight([9], 3) };
    await assertFolded([node('Pack', ['a', 'b', 'd'], { axis: integer(1) })], rows);
    await assertFolded([node('Pack', ['a', 'b', 'd'], { axis: integer(-1) })], rows);
  });

  test('Cast of integers, Fill, and the shape of a constant', async () => {
    const cast = {
      ...node('Cast', ['i'], { SrcT: { type: 'DT_INT32' }, DstT: { type: 'DT_FLOAT' } }),
    };
    await assertFolded([cast], { i: int32(1, -2, 3) });
    await assertFolded([node('Fill', ['s', 'one'])], {
      s: int32(3),
      one: { shape: [], data: [7] },
    });
    const shape = { name: 's', op: 'Shape', input: ['v'] };
    await assertFolded([shape, node('Fill', ['s', 'one'])], {
      ...vector,
      one: { shape: [], data: [7] },
    });
  });

  test("a frozen network's batch normalisation becomes one product and one sum", async () => {
    const weights = {
      mean: randomWeight([3]),
      variance: { shape: [3], data: [0.5, 1, 2] },
      gamma: randomWeight([3], 2),
      beta: randomWeight([3], 3),
      epsilon: { shape: [], data: [0.001] },
      s: int32(1, 1, 1, 3),
    };
    const shaped = ['mean', 'variance', 'gamma', 'beta'].map((name) => {
      return { name: `${name}/4`, op: 'Reshape', input: [name, 's'] };
    });
    const nodes = [
      ...shaped,
      { name: 'add', op: 'AddV2', input: ['variance/4', 'epsilon'] },
      { name: 'root', op: 'Rsqrt', input: ['add'] },
      { name: 'scale', op: 'Mul', input: ['root', 'gamma/4'] },
      { name: 'scaled', op: 'Mul', input: ['x', 'scale'] },
      { name: 'moved', op: 'Mul', input: ['mean/4', 'scale'] },
      { name: 'offset', op: 'Sub', input: ['beta/4', 'moved'] },
      { name: 'out', op: 'AddV2', input: ['scaled', 'offset'] },
    ];
    const files = syntheticFiles(nodes, weights);
    await assertSameOnBoth(files, SHAPE);
    assert.deepEqual(
      importSynthetic(files, SHAPE).nodes.map(({ op }) => op),
      ['Mul', 'Add'],
    );
  });
});

describe('refused', () => {
  const refused = (one: SyntheticNode, weights: Record<string, SyntheticWeight>, why: RegExp) =>
    assertRefused(
      syntheticFiles([one, { name: 'out', op: 'Mul', input: ['x', 'c'] }], weights),
      why,
    );

  test('shapes that do not fit', () => {
    refused(node('Reshape', ['v', 's']), { ...vector, s: int32(2, 2) }, /3 values do not fit 2x2/);
    refused(node('Reshape', ['v', 's']), { ...vector, s: int32(-1, 2) }, /do not fit 1.5x2/);
    refused(node('Add', ['v', 'w']), { ...vector, w: randomWeight([2]) }, /do not match/);
    refused(node('Transpose', ['v', 's']), { ...vector, s: int32(1) }, /order of axes 1/);
    refused(node('ConcatV2', ['axis']), { axis: int32(0) }, /too few inputs/);
    refused(node('Concat', []), {}, /too few inputs/);
    const far = { ...vector, axis: int32(5) };
    refused(node('ConcatV2', ['v', 'v', 'axis']), far, /differ in type or shape/);
    refused(node('Pack', ['v', 'i']), { ...vector, i: int32(1, 2, 3) }, /differ in type or shape/);
    refused(node('Add', ['v', 'i']), { ...vector, i: int32(1) }, /differ in type/);
    refused(node('Fill', ['s', 'v']), { ...vector, s: int32(3) }, /expected one value/);
    refused(node('Cast', ['v']), vector, /the type that it gives is not supported/);
  });

  test('more values than any network computes from its constants, before they take memory', () => {
    const one = { shape: [], data: [1] };
    const large = { s: int32(8192, 8193), one };
    refused(node('Fill', ['s', 'one']), large, /more than 67108864 values computed/);
  });
});
