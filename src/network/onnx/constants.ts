// Constants of the ONNX format, shared by writer and reader, so that the reader loads no encoder.

/** Opset 13 (ONNX 1.8, 2020) is read by ONNX Runtime 1.6 and everything newer. */
export const OPSET = 13;
/** IR version that came with ONNX 1.8: https://github.com/onnx/onnx/blob/main/docs/Versioning.md */
export const IR_VERSION = 7;

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
