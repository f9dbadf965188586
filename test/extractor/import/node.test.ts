// An importer sees checked inputs and attributes; whatever does not fit is refused by name.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UnfitError } from '../../../src/base/errors.ts';
import { createImportedNode, normaliseAxes } from '../../../src/extractor/import/node.ts';
import type { Value } from '../../../src/extractor/import/values.ts';

const tensor: Value = { kind: 'tensor', name: 't', shape: [null, 4], layout: 'plain' };
const floats: Value = {
  kind: 'constant',
  name: 'f',
  shape: [1],
  dtype: 'float32',
  data: Float32Array.of(0.5),
};
const axes: Value = {
  kind: 'constant',
  name: 'a',
  shape: [2],
  dtype: 'int32',
  data: Int32Array.of(1, 2),
};
const sizes: Value = { kind: 'sizes', scalar: false, sizes: [7, 9] };
const open: Value = { kind: 'sizes', scalar: false, sizes: [null, 9] };

const attributes = new Map([
  ['flag', { flag: true }],
  ['alpha', { float: 0.3 }],
  ['axis', { integer: 3 }],
  ['strides', { integers: [1, 2, 2, 1] }],
  ['mode', { text: 'REFLECT' }],
  ['fused_ops', { texts: ['BiasAdd'] }],
]);
const inputs = [tensor, floats, axes, sizes, open];
const node = createImportedNode({ name: 'here', op: 'Pad', inputs: [], attributes }, inputs);

const refused = (message: string) => (error: unknown) =>
  error instanceof UnfitError &&
  error.code === 'operator_unsupported' &&
  error.message === `expected a network that can be imported, but Pad at here: ${message}`;

test('inputs of the kind asked for are given', () => {
  assert.equal(node.tensor(0), tensor);
  assert.equal(node.constant(1), floats);
  assert.deepEqual(node.integers(2), [1, 2]);
  assert.deepEqual(node.integers(3), [7, 9]);
});

test('inputs of another kind are refused', () => {
  assert.throws(
    () => node.tensor(1),
    refused('input 2 is a constant, where a computed value is expected'),
  );
  assert.throws(() => node.constant(0), refused('input 1 is not a constant of float32'));
  assert.throws(() => node.constant(2), refused('input 3 is not a constant of float32'));
  assert.throws(() => node.integers(4), refused('input 5 is not known before the network runs'));
  assert.throws(() => node.tensor(9), refused('it has too few inputs (5)'));
});

test('attributes that are not written have the value given, or none', () => {
  const { attribute } = node;
  assert.deepEqual(
    [attribute.flag('flag'), attribute.float('alpha', 1), attribute.integer('axis', 0)],
    [true, 0.3, 3],
  );
  assert.deepEqual(attribute.integers('strides'), [1, 2, 2, 1]);
  assert.deepEqual(attribute.texts('fused_ops'), ['BiasAdd']);
  assert.equal(attribute.text('mode', ''), 'REFLECT');
  assert.deepEqual(
    [
      attribute.flag('x'),
      attribute.float('x', 2),
      attribute.integer('x', 4),
      attribute.text('x', 'y'),
    ],
    [false, 2, 4, 'y'],
  );
  assert.deepEqual([...attribute.integers('x'), ...attribute.texts('x')], []);
});

test('axes count from either end', () => {
  assert.deepEqual(normaliseAxes([-1, 0, -3], 4), [0, 1, 3]);
});
