// Writes a graph as the files of a TensorFlow.js graph model, in memory.

import type { TfjsAttribute, TfjsFiles, TfjsGraph, TfjsNode } from './graph.ts';

/** What TensorFlow.js does not do without, and graphs of old versions do not say. */
const DEFAULTS: Readonly<Record<string, TfjsAttribute>> = {
  dilations: { integers: [1, 1, 1, 1] },
  data_format: { text: 'NHWC' },
};
const CONVOLUTIONS = ['Conv2D', 'DepthwiseConv2dNative'];

export function encodeTfjsGraph({ nodes, weights }: TfjsGraph): TfjsFiles {
  const constants = [...weights].map(([name, weight]) => ({ name, ...weight }));
  const model = {
    format: 'graph-model',
    modelTopology: { node: [...nodes.values()].map(encodeNode), versions: {} },
    weightsManifest: [
      {
        paths: constants.map((_, index) => `${index}.bin`),
        weights: constants.map(({ name, shape, dtype }) => ({ name, shape, dtype })),
      },
    ],
  };
  const shards = constants.map(
    ({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  );
  return { topology: Buffer.from(JSON.stringify(model)), shards };
}

function encodeNode({ name, op, inputs, attributes }: TfjsNode) {
  const given = [...attributes];
  const lacking = CONVOLUTIONS.includes(op)
    ? Object.entries(DEFAULTS).filter(([key]) => !attributes.has(key))
    : [];
  const attr = [...given, ...lacking].map(([key, value]) => [key, encodeAttribute(value)]);
  // Whatever the graph takes: it is given pixels as numbers.
  if (op === 'Placeholder') attr.push(['dtype', { type: 'DT_FLOAT' }]);
  const input = inputs.filter((one) => !one.startsWith('^'));
  return { name, op, input, attr: Object.fromEntries(attr) };
}

function encodeAttribute(value: TfjsAttribute) {
  const { text, integer, float, flag, type, dims, integers, texts } = value;
  const list = {
    ...(integers && integers.length > 0 && { i: integers.map(String) }),
    ...(texts && texts.length > 0 && { s: texts.map(toBase64) }),
  };
  return {
    ...(text !== undefined && { s: toBase64(text) }),
    ...(integer !== undefined && { i: `${integer}` }),
    ...(float !== undefined && { f: float }),
    ...(flag !== undefined && { b: flag }),
    ...(type !== undefined && { type }),
    ...(dims !== undefined && { shape: { dim: dims.map((size) => ({ size: `${size}` })) } }),
    ...((integers ?? texts) && { list }),
  };
}

function toBase64(text: string): string {
  return Buffer.from(text).toString('base64');
}
