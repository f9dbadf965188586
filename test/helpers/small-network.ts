// A small network, whole and with parts that a stranger might add.

import assert from 'node:assert/strict';
import { EXIT, UnfitError } from '../../src/base/errors.ts';
import { checkNetwork } from '../../src/model/check-network.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { encodeNetwork } from '../../src/model/network.ts';
import type { OnnxGraph, OnnxNode, OnnxTensor } from '../../src/network/onnx/graph.ts';
import { makeManifest } from './make-model.ts';

export const SIZE = 8;
export const FEATURES = 3;

/** Of a small network: 2 labels, 3 features, images of 8 pixels. */
export function smallManifest(): Manifest {
  const manifest = makeManifest();
  return { ...manifest, preprocessing: { ...manifest.preprocessing, size: SIZE } };
}

/** An extractor of its mean colour: everything that a real one has, but small. */
export function smallExtractor({
  batch = 'n',
  ...extra
}: Partial<OnnxGraph> & { batch?: 'n' | 1 } = {}): OnnxGraph {
  const nodes: OnnxNode[] = [
    {
      op: 'Transpose',
      inputs: ['image'],
      outputs: ['nchw'],
      attributes: { perm: { ints: [0, 3, 1, 2] } },
    },
    { op: 'Cast', inputs: ['nchw'], outputs: ['feature_map'], attributes: { to: { int: 1 } } },
    { op: 'GlobalAveragePool', inputs: ['feature_map'], outputs: ['pooled'] },
    { op: 'Flatten', inputs: ['pooled'], outputs: ['embedding'] },
  ];
  return {
    inputs: [{ name: 'image', type: 'uint8', shape: [batch, SIZE, SIZE, 3] }],
    outputs: [
      { name: 'embedding', type: 'float32', shape: [batch, FEATURES] },
      { name: 'feature_map', type: 'float32', shape: [batch, 3, SIZE, SIZE] },
    ],
    initializers: extra.initializers ?? [],
    nodes: [...nodes, ...(extra.nodes ?? [])],
  };
}

const HEAD = {
  temperature: 1,
  layers: [
    {
      inputs: FEATURES,
      outputs: 2,
      weights: new Float32Array(6),
      bias: new Float32Array(2),
      activation: 'linear',
    },
  ],
} as const;

export const encode = (graph: OnnxGraph) => encodeNetwork(graph, HEAD);
export const check = (bytes: Uint8Array, manifest = smallManifest()) =>
  checkNetwork(bytes, manifest, 'the_model');

export function assertRefused(bytes: Uint8Array, what: RegExp, manifest = smallManifest()) {
  assert.throws(
    () => check(bytes, manifest),
    (error) => {
      assert.ok(error instanceof UnfitError, String(error));
      assert.equal(error.code, 'model_refused');
      assert.equal(error.exitCode, EXIT.unfit);
      assert.match(error.message, /^expected a network as imgdiag saves it in the_model, found /);
      assert.match(error.message, what);
      return true;
    },
  );
}

/** With more nodes or constants behind the extractor's own. */
export const withNodes = (nodes: OnnxNode[], initializers: OnnxTensor[] = []) =>
  encode(smallExtractor({ nodes, initializers }));
