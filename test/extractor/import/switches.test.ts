// What training leaves in a frozen graph is settled as for an image that is only looked at.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { settleSwitches } from '../../../src/extractor/import/switches.ts';
import { only } from '../../../src/extractor/import/topology.ts';
import type { TfjsGraph } from '../../../src/network/tfjs/graph.ts';

type Written = Readonly<Record<string, readonly [op: string, ...inputs: string[]]>>;

function graphOf(written: Written, flag?: boolean): TfjsGraph {
  const nodes = Object.entries(written).map(([name, [op, ...inputs]]) => {
    const attributes = new Map(op === 'Placeholder' ? [['dtype', { type: 'DT_BOOL' }]] : []);
    return [name, { name, op, inputs, attributes }] as const;
  });
  const data = Uint8Array.of(Number(flag));
  const weights = new Map(
    flag === undefined ? [] : [['flag', { shape: [], dtype: 'bool' as const, data }]],
  );
  return { nodes: new Map(nodes), weights };
}

/** Nodes that `out` needs, with what each reads. */
function settled(written: Written, flag?: boolean): Record<string, string> {
  const { nodes } = only(settleSwitches(graphOf(written, flag)), 'out');
  return Object.fromEntries(
    [...nodes.values()].map(({ name, op, inputs }) => [name, [op, ...inputs].join(' ')]),
  );
}

/** Dropout as Keras wrote it: the branch of training multiplies by a random mask. */
const DROPOUT: Written = {
  x: ['Relu'],
  switch: ['Switch', 'x', 'phase'],
  pivot: ['Identity', 'switch:1'],
  rate: ['Const', '^pivot'],
  mask: ['RandomUniform', 'rate'],
  dropped: ['Mul', 'switch:1', 'mask'],
  merge: ['Merge', 'switch', 'dropped'],
  out: ['Relu', 'merge'],
};
const KEPT = { x: 'Relu', switch: 'Identity x', merge: 'Identity switch', out: 'Relu merge' };

describe('the flag', () => {
  test('is a constant', () => {
    assert.deepEqual(
      settled({ ...DROPOUT, flag: ['Const'], phase: ['Identity', 'flag'] }, false),
      KEPT,
    );
    const trained = settled({ ...DROPOUT, flag: ['Const'], phase: ['Identity', 'flag'] }, true);
    assert.equal(trained.merge, 'Identity dropped');
    assert.equal(trained.dropped, 'Mul switch mask');
  });

  test('is asked for, with a default or without one: false', () => {
    assert.deepEqual(settled({ ...DROPOUT, phase: ['Placeholder'] }), KEPT);
    const withDefault = {
      ...DROPOUT,
      flag: ['Const'],
      phase: ['PlaceholderWithDefault', 'flag'],
    } as const;
    assert.deepEqual(settled(withDefault, false), KEPT);
  });

  test('is computed, or asks for itself: nothing is settled', () => {
    for (const phase of [
      ['Greater', 'x'],
      ['Identity', 'phase'],
    ] as const) {
      const graph = graphOf({ ...DROPOUT, phase });
      assert.equal(settleSwitches(graph), graph);
    }
  });
});

test('weights of both branches go through switches of their own', () => {
  const norm: Written = {
    x: ['Relu'],
    w: ['Const'],
    phase: ['Placeholder'],
    xs: ['Switch', 'x', 'phase'],
    ws: ['Switch', 'w', 'phase'],
    trained: ['FusedBatchNorm', 'xs:1', 'ws:1'],
    used: ['FusedBatchNorm', 'xs', 'ws:0'],
    out: ['Merge', 'trained', 'used'],
  };
  assert.deepEqual(settled(norm), {
    x: 'Relu',
    w: 'Const',
    xs: 'Identity x',
    ws: 'Identity w',
    used: 'FusedBatchNorm xs ws',
    out: 'Identity used',
  });
});

test('a merge that two branches reach stays what it is', () => {
  const written: Written = {
    x: ['Relu'],
    y: ['Relu'],
    phase: ['Placeholder'],
    s: ['Switch', 'x', 'phase'],
    out: ['Merge', 's', 'y'],
  };
  assert.equal(settled(written).out, 'Merge s y');
});
