// Every TensorFlow operator that can be imported, with what imports it.

import { ARITHMETIC_OPERATORS } from './arithmetic.ts';
import { CONVOLUTION_OPERATORS } from './convolution.ts';
import type { ImportOperator } from './node.ts';
import { SHAPE_OPERATORS } from './shapes.ts';

/**
 * By operator name: what MobileNet V1 to V3, Inception V3 and their kin hold as TensorFlow Hub and
 * Keras export them. Placeholder and Const are no operators: they are where values come from.
 */
export const IMPORTERS: ReadonlyMap<string, ImportOperator> = new Map(
  Object.entries({ ...CONVOLUTION_OPERATORS, ...ARITHMETIC_OPERATORS, ...SHAPE_OPERATORS }),
);
