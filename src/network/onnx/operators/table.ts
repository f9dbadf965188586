// All operators that a network may contain: one row each, for operator sets 9 to 22.
// Definitions: https://github.com/onnx/onnx/blob/main/docs/Operators.md

import { ELEMENTWISE } from './elementwise.ts';
import { LAYOUT } from './layout.ts';
import { MAKERS } from './makers.ts';
import { PRODUCTS } from './products.ts';
import { QUANTISATION } from './quantisation.ts';
import { REDUCTIONS } from './reductions.ts';
import type { Operator } from './step.ts';

export const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  Object.entries({
    ...ELEMENTWISE,
    ...LAYOUT,
    ...MAKERS,
    ...PRODUCTS,
    ...QUANTISATION,
    ...REDUCTIONS,
  }),
);
