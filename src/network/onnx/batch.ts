// The batch that a network may run at, by the memory and the time that it takes.

import { MalformedError } from '../../base/protobuf-read.ts';
import { BATCH_SIZE } from '../batch.ts';
import type { OnnxGraph } from './graph.ts';
import { product, type Value } from './operators/step.ts';
import { inferValues } from './shapes.ts';

/** Values alive at the same time: 1 GB of float32. */
const MAX_ALIVE = 2 ** 28;
/** Values that follow from constants alone, which ONNX Runtime works out beforehand and keeps: 2 GB. */
const MAX_FOLDED = 2 ** 29;
/** The same for a run of several images, 128 MB: fewer at a time take as long each (docs/decisions.md). */
const SPARING_ALIVE = 2 ** 25;
/** Cost of a run of several images: about half a second, in which no signal is heard. */
const QUICK_COST = 2e10;

/** All values at the batch that the network runs at. */
export interface BatchValues {
  readonly batch: number;
  readonly values: ReadonlyMap<string, Value>;
}

/** Computes the range of its input from all images of a batch. */
const OF_THE_BATCH = 'DynamicQuantizeLinear';

/** How many images a network may be given at once, whatever its size; null: any number. */
export type ImagesAtOnce = 1 | null;

/** 1 where the batch is fixed, or where a result depends on what else is in it. */
export function imagesAtOnce({ inputs: [input], nodes }: OnnxGraph): ImagesAtOnce {
  return input?.shape[0] === 1 || nodes.some(({ op }) => op === OF_THE_BATCH) ? 1 : null;
}

/**
 * The largest batch, of 16 halved, that the network may be given, and that stays within memory and time.
 * @throws MalformedError as `inferValues` does, and where one image needs too much memory
 */
export function batchFor(graph: OnnxGraph): BatchValues {
  for (let batch = imagesAtOnce(graph) ?? BATCH_SIZE; batch > 1; batch /= 2) {
    try {
      return { batch, values: fittingValues(graph, batch, SPARING_ALIVE, QUICK_COST) };
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
    }
  }
  return { batch: 1, values: fittingValues(graph, 1, MAX_ALIVE) };
}

function fittingValues(graph: OnnxGraph, batch: number, maxAlive: number, maxCost?: number) {
  const { values } = inferValues(graph, batch, maxCost);
  const sizes = new Map([...values].map(([name, { shape }]) => [name, product(shape)]));
  const folded = foldedSize(graph, sizes);
  if (folded > MAX_FOLDED) throw new MalformedError(`${folded} values that follow from constants`);
  for (const order of ordersOf(graph)) {
    const alive = mostAlive(graph, order, sizes);
    if (alive > maxAlive) throw new MalformedError(`${alive} values in use at the same time`);
  }
  return values;
}

function foldedSize({ nodes, initializers }: OnnxGraph, sizes: ReadonlyMap<string, number>) {
  const constants = new Set(['', ...initializers.map(({ name }) => name)]);
  let sum = 0;
  for (const { inputs, outputs } of nodes) {
    if (!inputs.every((name) => constants.has(name))) continue;
    for (const name of outputs) {
      constants.add(name);
      sum += sizes.get(name) ?? 0;
    }
  }
  return sum;
}

/**
 * Orders in which nodes may run: that of the file, and from the last node back through its inputs,
 * which is what ONNX Runtime does, whichever input it begins with.
 */
function ordersOf({ nodes }: OnnxGraph): number[][] {
  const maker = new Map(
    nodes.flatMap(({ outputs }, index) => outputs.map((name) => [name, index] as const)),
  );
  const needs = nodes.map(({ inputs }) =>
    inputs.flatMap((name) => maker.get(name) ?? []).sort((a, b) => a - b),
  );
  const all = nodes.map((_, index) => index);
  return [all, backwards(needs), backwards(needs.map((inputs) => inputs.toReversed()))];
}

/** Each node after those that it needs, beginning with the last of `needs`. */
function backwards(needs: readonly (readonly number[])[]): number[] {
  const order: number[] = [];
  const seen = new Set<number>();
  const stack = needs.map((_, index) => ({ index, left: false }));
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { index, left } = top;
    if (left) order.push(index);
    else if (!seen.has(index)) {
      seen.add(index);
      stack.push({ index, left: true });
      for (const need of needs[index])
        if (!seen.has(need)) stack.push({ index: need, left: false });
    }
  }
  return order;
}

/** Each value lives from the node that makes it to the last one that reads it; outputs live on. */
function mostAlive(
  { nodes, inputs, outputs }: OnnxGraph,
  order: readonly number[],
  sizes: ReadonlyMap<string, number>,
): number {
  const sizeOf = (name: string) => sizes.get(name) ?? 0;
  const lastRead = new Map<string, number>();
  for (const [turn, index] of order.entries()) {
    const { inputs: read, outputs: made } = nodes[index];
    for (const name of [...read, ...made]) lastRead.set(name, turn);
  }
  for (const { name } of outputs) lastRead.delete(name);
  const alive = new Set(inputs.map(({ name }) => name));
  let sum = inputs.reduce((total, { name }) => total + sizeOf(name), 0);
  let most = sum;
  for (const [turn, index] of order.entries()) {
    const { inputs: read, outputs: made } = nodes[index];
    for (const name of made) {
      alive.add(name);
      sum += sizeOf(name);
    }
    most = Math.max(most, sum);
    for (const name of [...read, ...made]) {
      if (lastRead.get(name) === turn && alive.delete(name)) sum -= sizeOf(name);
    }
  }
  return most;
}
