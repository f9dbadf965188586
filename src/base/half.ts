// Numbers of 16 bits.

const WORDS = new Uint32Array(1);
const FLOATS = new Float32Array(WORDS.buffer);

/** The code of a float32 that a half holds exactly, as `halfToNumber` gives them. */
export function halfOf(value: number): number {
  FLOATS[0] = value;
  const sign = (WORDS[0] >>> 16) & 0x8000;
  const exponent = ((WORDS[0] >>> 23) & 0xff) - 127;
  const fraction = (WORDS[0] >>> 13) & 0x3ff;
  if (exponent > 15) return sign | 0x7c00 | fraction;
  if (exponent >= -14) return sign | ((exponent + 15) << 10) | fraction;
  return sign | (Math.abs(value) * 2 ** 24);
}

/** IEEE 754 binary16: 1 sign, 5 exponent (bias 15), 10 fraction bits. */
export function halfToNumber(code: number): number {
  const sign = code & 0x8000 ? -1 : 1;
  const exponent = (code >> 10) & 0x1f;
  const fraction = (code & 0x3ff) / 1024;
  if (exponent === 0) return sign * fraction * 2 ** -14;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction) * 2 ** (exponent - 15);
}

let numbers: Float32Array | undefined;

/** The numbers of many codes: a network has millions, and `Float32Array.from` takes ten times as long. */
export function halvesToNumbers(codes: Uint16Array): Float32Array {
  numbers ??= Float32Array.from({ length: 2 ** 16 }, (_, code) => halfToNumber(code));
  const result = new Float32Array(codes.length);
  for (let at = 0; at < codes.length; at++) result[at] = numbers[codes[at]];
  return result;
}

/** The codes of many numbers, as `halfOf` gives them. */
export function halvesOf(values: ArrayLike<number>): Uint16Array {
  const result = new Uint16Array(values.length);
  for (let at = 0; at < values.length; at++) result[at] = halfOf(values[at]);
  return result;
}
