// Codes of element types, as they stand in a file.

import { MalformedError } from '../../base/protobuf-read.ts';
import { ELEMENT_TYPES } from './constants.ts';
import type { OnnxElementType } from './graph.ts';

/** @throws MalformedError for texts, complex numbers, and others that networks for images lack */
export function elementTypeOf(code: number): OnnxElementType {
  const found = Object.entries(ELEMENT_TYPES).find(([, value]) => value === code);
  if (found === undefined) throw new MalformedError(`elements of type ${code}`);
  return found[0] as OnnxElementType;
}
