// Operators between numbers and their codes of 8 bits.

import { elementTypeOf } from '../elements.ts';
import { input, int, type Operators } from './step.ts';

export const QUANTISATION: Operators = {
  QuantizeLinear: {
    inputs: [2, 3],
    attributes: ['axis', 'block_size', 'output_dtype', 'precision', 'saturate'],
    infer: (step) => {
      const asked = int(step, 'output_dtype', 0);
      const type = step.inputs[2]?.type ?? (asked === 0 ? 'uint8' : elementTypeOf(asked));
      return { type, shape: input(step, 0).shape };
    },
  },
  DequantizeLinear: {
    inputs: [2, 3],
    attributes: ['axis', 'block_size'],
    infer: (step) => ({ type: input(step, 1).type, shape: input(step, 0).shape }),
  },
  DynamicQuantizeLinear: {
    inputs: [1, 1],
    outputs: 3,
    infer: (step) => [
      { type: 'uint8', shape: input(step, 0).shape },
      { type: 'float32', shape: [] },
      { type: 'uint8', shape: [] },
    ],
  },
};
