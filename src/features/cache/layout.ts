// Where the bottleneck cache lies on disk: the names of its folders and files, and who owns a folder.

import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { hashOfData } from '../../base/hash.ts';
import { formatJson } from '../../base/json.ts';
import type { Preprocessing } from '../../images/preprocessing.ts';

/** The layout below: a change of the record format takes a new number and so a new folder. */
export const CACHE_VERSION = 'v1';

/** Tells what a namespace folder holds; written before the first segment. */
export const SPACE_FILE = 'space.json';

/**
 * Everything besides the image that decides its features. Versions of engine and decoder are
 * part of it: two of them agree only to about 1e-4, and the same command must give the same bytes
 * whatever was cached before.
 */
export interface CacheSpace {
  /** Catalog name or user's folder name; for people only, not hashed. */
  readonly extractor: string;
  /** SHA-256 over topology and weights, hexadecimal. */
  readonly weightsSha256: string;
  readonly engine: string;
  /** Package and version that does the arithmetic: `onnxruntime-node 1.30.0`. */
  readonly runtime: string;
  /** Package and version that decodes and resizes: `sharp 0.35.5`. */
  readonly decoder: string;
  readonly preprocessing: Preprocessing;
  /** Names of the vector's last elements, where those are no features. */
  readonly appended?: readonly string[];
}

/** SHA-256, hexadecimal: the folder in which features of this kind, and no others, lie. */
export function namespaceOf(space: CacheSpace, featureSize: number): string {
  const { extractor: _, ...decisive } = space;
  return hashOfData({ schema: `imgdiag-cache ${CACHE_VERSION}`, featureSize, ...decisive });
}

export function namespaceFolder(root: string, namespace: string): string {
  return path.join(root, CACHE_VERSION, namespace);
}

/** The text of `space.json`, for people and for `cacheInfo`. */
export function describeSpace(space: CacheSpace, featureSize: number): string {
  const { weightsSha256, ...rest } = space;
  const schema = `imgdiag-cache ${CACHE_VERSION}`;
  return formatJson({ schema, feature_size: featureSize, weights_sha256: weightsSha256, ...rest });
}

export function newSegmentName(): string {
  return `segment-${randomUUID()}.bin`;
}

export function isSegmentName(name: string): boolean {
  return /^segment-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.bin$/.test(name);
}

export function isVersionName(name: string): boolean {
  return /^v\d{1,4}$/.test(name);
}

/** True for a SHA-256 in lower-case hexadecimal: a namespace, or the key of an image. */
export function isSha256(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}
