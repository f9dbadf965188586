// Checks model.onnx before a runtime opens it: hashes show damage, not malice.

import { UnfitError } from '../base/errors.ts';
import { MalformedError } from '../base/protobuf-read.ts';
import { batchFor } from '../network/onnx/batch.ts';
import type { OnnxGraph, OnnxValueInfo } from '../network/onnx/graph.ts';
import { NETWORK_INPUT } from '../network/onnx/names.ts';
import { readOnnxModel } from '../network/onnx/read.ts';
import type { Manifest } from './manifest.ts';

/**
 * @param bytes model.onnx of the model that `manifest` describes; 2 ms for the embedded extractor
 * @returns how many images it may be run on at once
 * @throws UnfitError unless it contains only what imgdiag writes, with the inputs and outputs that
 *   the manifest gives
 */
export function checkNetwork(bytes: Uint8Array, manifest: Manifest, folder: string): number {
  try {
    const graph = readOnnxModel(bytes);
    return checkPorts(graph, manifest);
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    throw new UnfitError(
      `expected a network as imgdiag saves it in ${folder}, found ${error.message}`,
      {
        code: 'model_refused',
        hint: 'do not use this model unless you know who made it and how; train your own with imgdiag',
        cause: error,
      },
    );
  }
}

function checkPorts(graph: OnnxGraph, { preprocessing, labels, extractor }: Manifest): number {
  const size = preprocessing.size;
  const [input] = graph.inputs;
  const n = extractor.images_at_once === 1 && input?.shape[0] === 1 ? 1 : 'n';
  requirePort(input, NETWORK_INPUT, 'uint8', [n, size, size, 3]);
  if (graph.inputs.length !== 1) throw new MalformedError(`${graph.inputs.length} inputs`);
  const { batch, values } = batchFor(graph);
  const expected: Readonly<Record<string, readonly number[]>> = {
    probabilities: [labels.length],
    logits: [labels.length],
    embedding: [extractor.feature_size],
  };
  for (const output of graph.outputs) {
    const inside = values.get(output.name);
    const [first, ...sizes] = output.shape;
    const fits = inside?.type === 'float32' && inside.shape.join() === [batch, ...sizes].join();
    if (output.type !== 'float32' || first !== n || !fits) {
      throw new MalformedError(
        `an output ${output.name} of another type or shape than it declares`,
      );
    }
  }
  for (const [name, sizes] of Object.entries(expected)) {
    requirePort(
      graph.outputs.find((output) => output.name === name),
      name,
      'float32',
      [n, ...sizes],
    );
  }
  return extractor.images_at_once ?? batch;
}

function requirePort(
  port: OnnxValueInfo | undefined,
  name: string,
  type: string,
  shape: readonly (number | string)[],
): void {
  if (port?.name === name && port.type === type && port.shape.join() === shape.join()) return;
  const found = port === undefined ? 'none' : `${port.name} ${port.type} ${port.shape.join('x')}`;
  throw new MalformedError(`${found} in place of ${name} ${type} ${shape.join('x')}`);
}
