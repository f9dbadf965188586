// Constants of the ONNX format, shared by writer and reader, so that the reader loads no encoder.

/** Opset 13 (ONNX 1.8, 2020) is read by ONNX Runtime 1.6 and everything newer. */
export const OPSET = 13;
/** Operator sets that are read, and written again: of ONNX 1.4 (2019) to 1.17 (2024). */
export const OPSETS = { first: 9, last: 22 };

/** The IR version that came with an operator set: https://github.com/onnx/onnx/blob/main/docs/Versioning.md */
export function irVersionOf(opset: number): number {
  return 7 + [15, 19, 21].filter((first) => opset >= first).length;
}

/** `TensorProto.DataType` of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto */
export const ELEMENT_TYPES = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  double: 11,
} as const;
/** `AttributeProto.AttributeType`. */
export const ATTRIBUTE_TYPES = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  floats: 6,
  ints: 7,
  strings: 8,
} as const;
