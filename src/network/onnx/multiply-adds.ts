// How much a network computes, as papers state it: multiply-adds of convolutions and matrix products.

import type { OnnxGraph } from './graph.ts';
import { product, type Shape } from './operators.ts';
import { inferShapes } from './shapes.ts';

/** Multiply-adds per output value, from the shapes of the inputs. */
const PER_VALUE: Readonly<Record<string, (shapes: readonly Shape[]) => number>> = {
  Conv: ([, kernel]) => product(kernel.slice(1)),
  Gemm: ([first]) => first[1],
  MatMul: ([first]) => first[first.length - 1],
};

/** @param batch how many images @throws MalformedError as `inferShapes` does */
export function multiplyAdds(graph: OnnxGraph, batch = 1): number {
  const shapes = inferShapes(graph, batch);
  const shapeOf = (name: string) => shapes.get(name) ?? [];
  return graph.nodes.reduce((sum, { op, inputs, outputs }) => {
    const perValue = PER_VALUE[op]?.(inputs.map(shapeOf)) ?? 0;
    return sum + perValue * product(shapeOf(outputs[0]));
  }, 0);
}
