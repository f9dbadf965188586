// Seeded damage to bytes and texts: the same case of the same seed is always the same.

import type { Random } from '../../src/base/random.ts';

/** Numbers at which careless arithmetic turns over. */
const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

type Mutation = (bytes: Buffer, random: Random, other: Buffer) => Buffer;

const MUTATIONS: readonly Mutation[] = [
  function flipBit(bytes, random) {
    if (bytes.length > 0) bytes[random.below(bytes.length)] ^= 1 << random.below(8);
    return bytes;
  },
  function overwriteByte(bytes, random) {
    if (bytes.length > 0) bytes[random.below(bytes.length)] = random.below(256);
    return bytes;
  },
  function overwriteHeaderNumber(bytes, random) {
    if (bytes.length < 8) return bytes;
    const at = random.below(Math.min(bytes.length - 4, 200));
    const value = EDGES[random.below(EDGES.length)];
    if (random.below(2) === 0) bytes.writeUInt32LE(value, at);
    else bytes.writeUInt32BE(value, at);
    return bytes;
  },
  function cut(bytes, random) {
    return bytes.subarray(0, random.below(bytes.length + 1));
  },
  function removeRange(bytes, random) {
    const [from, to] = range(bytes, random);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  function repeatRange(bytes, random) {
    const [from, to] = range(bytes, random);
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
  },
  function zeroRange(bytes, random) {
    const [from, to] = range(bytes, random);
    return bytes.fill(0, from, to);
  },
  function splice(bytes, random, other) {
    const [from, to] = range(other, random);
    const at = random.below(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), other.subarray(from, to), bytes.subarray(at)]);
  },
];

/** One to four mutations; `other` is what pieces are taken from. */
export function mutate(original: Uint8Array, random: Random, other: Uint8Array): Buffer {
  let bytes: Buffer = Buffer.from(original);
  for (let count = 1 + random.below(4); count > 0; count--) {
    const mutation = MUTATIONS[random.below(MUTATIONS.length)];
    bytes = Buffer.from(mutation(bytes, random, Buffer.from(other)));
  }
  return bytes;
}

/** At most 1000 bytes. */
function range(bytes: Buffer, random: Random): [number, number] {
  const from = random.below(bytes.length + 1);
  return [from, from + random.below(Math.min(1000, bytes.length - from) + 1)];
}

/** Values that a JSON file from elsewhere may hold where another one is expected. */
const JSON_VALUES: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1e308,
  2 ** 53,
  0.5,
  '',
  '../../etc/passwd',
  '__proto__',
  '\u0000',
  'x'.repeat(10_000),
  [],
  {},
  [[[[]]]],
];

/** Replaces, removes or adds one value somewhere in a JSON value. */
export function mutateJson(value: unknown, random: Random): unknown {
  const isContainer = typeof value === 'object' && value !== null;
  if (!isContainer || random.below(4) === 0) return JSON_VALUES[random.below(JSON_VALUES.length)];
  const copy = structuredClone(value) as Record<string, unknown>;
  const keys = Object.keys(copy);
  if (keys.length === 0) return JSON_VALUES[random.below(JSON_VALUES.length)];
  const key = keys[random.below(keys.length)];
  const dice = random.below(10);
  if (dice === 0) delete copy[key];
  else if (dice === 1) copy.added = JSON_VALUES[random.below(JSON_VALUES.length)];
  else copy[key] = mutateJson(copy[key], random);
  return copy;
}
