// A process that handles SIGTERM and computes a network for many seconds; it says when it begins.

import { listen } from '../../src/base/signals.ts';
import { floatTensor } from '../../src/network/onnx/graph.ts';
import { openSession } from '../../src/network/onnx/session.ts';
import { encodeOnnxModel } from '../../src/network/onnx/write.ts';

const SIZE = 64;
const CHANNELS = 128;
const LAYERS = 2000;

const layer = (at: number) => ({
  op: 'Conv',
  inputs: [`x${at}`, 'kernel'],
  outputs: [`x${at + 1}`],
  attributes: { pads: { ints: [1, 1, 1, 1] } },
});
const bytes = encodeOnnxModel({
  inputs: [{ name: 'image', type: 'uint8', shape: ['n', SIZE, SIZE, 3] }],
  outputs: [{ name: 'pooled', type: 'float32', shape: ['n', CHANNELS, 1, 1] }],
  initializers: [
    floatTensor('first', [CHANNELS, 3, 1, 1], new Float32Array(CHANNELS * 3).fill(1e-3)),
    floatTensor('kernel', [CHANNELS, CHANNELS, 3, 3], new Float32Array(CHANNELS ** 2 * 9)),
  ],
  nodes: [
    {
      op: 'Transpose',
      inputs: ['image'],
      outputs: ['nchw'],
      attributes: { perm: { ints: [0, 3, 1, 2] } },
    },
    { op: 'Cast', inputs: ['nchw'], outputs: ['float'], attributes: { to: { int: 1 } } },
    { op: 'Conv', inputs: ['float', 'first'], outputs: ['x0'] },
    ...Array.from({ length: LAYERS }, (_, at) => layer(at)),
    { op: 'GlobalAveragePool', inputs: [`x${LAYERS}`], outputs: ['pooled'] },
  ],
});

listen(
  'SIGTERM',
  () => process.stdout.write('heard\n'),
  () => process.exit(1),
);
const session = await openSession(bytes);
process.stdout.write('computing\n');
await session.run(new Uint8Array(SIZE * SIZE * 3), 1, ['pooled']);
process.stdout.write('done\n');
