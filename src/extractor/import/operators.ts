// Every TensorFlow operator that can be imported, with its importer.

import { ARITHMETIC_OPERATORS } from './arithmetic.ts';
import { CONVOLUTION_OPERATORS } from './convolution.ts';
import type { ImportOperator } from './node.ts';
import { SHAPE_OPERATORS } from './shapes.ts';

/**
 * By operator name: what MobileNet V1 to V3, Inception V3 and similar networks contain as exported
 * by TensorFlow Hub and Keras. Placeholder and Const are not operators but the sources of values.
 */
export const IMPORTERS: ReadonlyMap<string, ImportOperator> = new Map(
  Object.entries({ ...CONVOLUTION_OPERATORS, ...ARITHMETIC_OPERATORS, ...SHAPE_OPERATORS }),
);
