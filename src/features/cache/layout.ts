// Layout of the bottleneck cache on disk: names of folders and files, and who owns a folder.

import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { formatJson } from '../../base/json.ts';
import { CACHE_VERSION, type CacheSpace } from './keys.ts';

/** Describes a namespace folder; written before the first segment. */
export const SPACE_FILE = 'space.json';

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

export function isLayoutVersion(name: string): boolean {
  return /^v\d{1,4}$/.test(name);
}

/** True for a SHA-256 in lower-case hexadecimal: a namespace, or the key of an image. */
export function isSha256(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}
