// File format of the out-of-distribution detector: a header, then little-endian float32.

import { UnfitError } from '../base/errors.ts';
import type { OodDetector } from '../head/out-of-distribution.ts';
import { COPY_AGAIN } from './remedies.ts';

/** Raised when a reader of the older layout would misunderstand the file. */
const SCHEMA_VERSION = 1;
/** The first four bytes, as text. */
const MAGIC = 'IDFM';
/** Magic, schema version, features, labels, directions: four bytes each. */
const HEADER_BYTES = 20;

/**
 * The header (schema version, features, labels, directions as little-endian uint32), then float32:
 * threshold, residual, `scale [features]`, `means [labels, features]`, `variances [directions]`,
 * `directions [directions, features]`.
 */
export function encodeOodDetector(oodDetector: OodDetector): Uint8Array {
  const { means, scale, directions, variances, residual, threshold } = oodDetector;
  const values = [threshold, residual, ...scale, ...means, ...variances, ...directions];
  const view = new DataView(new ArrayBuffer(HEADER_BYTES + 4 * values.length));
  for (let i = 0; i < MAGIC.length; i++) view.setUint8(i, MAGIC.charCodeAt(i));
  const sizes = [SCHEMA_VERSION, scale.length, means.length / scale.length, variances.length];
  for (const [i, size] of sizes.entries()) view.setUint32(4 + 4 * i, size, true);
  for (const [i, value] of values.entries()) view.setFloat32(HEADER_BYTES + 4 * i, value, true);
  return new Uint8Array(view.buffer);
}

/**
 * Reads back what `encodeOodDetector` wrote.
 * @throws UnfitError unless the file is intact, for these numbers of features and labels, and all
 *   its values are valid
 */
export function decodeOodDetector(
  bytes: Uint8Array,
  features: number,
  labels: number,
): OodDetector {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = String.fromCharCode(...bytes.subarray(0, MAGIC.length));
  if (bytes.length < HEADER_BYTES || magic !== MAGIC) throw damaged('its header is missing');
  const [version, ...sizes] = [4, 8, 12, 16].map((at) => view.getUint32(at, true));
  if (version !== SCHEMA_VERSION) throw damaged(`it has version ${version}`);
  const [foundFeatures, foundLabels, count] = sizes;
  if (foundFeatures !== features || foundLabels !== labels) {
    throw damaged(`it is for ${foundFeatures} features and ${foundLabels} labels`);
  }
  const numbers = 2 + features + labels * features + count + count * features;
  if (count >= features || bytes.length !== HEADER_BYTES + 4 * numbers) {
    throw damaged(`it has ${bytes.length} bytes`);
  }
  let at = HEADER_BYTES;
  const read = (length: number) => {
    const values = new Float32Array(length);
    for (let i = 0; i < length; i++, at += 4) values[i] = view.getFloat32(at, true);
    if (!values.every(Number.isFinite)) throw damaged('it contains a number that is not finite');
    return values;
  };
  const [threshold, residual] = read(2);
  const scale = read(features);
  const means = read(labels * features);
  const variances = read(count);
  const directions = read(count * features);
  if (threshold < 0) throw damaged('its threshold is negative');
  if (![residual, ...variances].every((value) => value > 0)) {
    throw damaged('it contains a variance that is not positive');
  }
  return { means, scale, directions, variances, residual, threshold };
}

function damaged(reason: string): UnfitError {
  return new UnfitError(
    `expected the model's out-of-distribution detector in out_of_distribution.bin, but ${reason}`,
    {
      code: 'model_damaged',
      hint: COPY_AGAIN,
    },
  );
}
