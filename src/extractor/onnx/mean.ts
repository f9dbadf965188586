// Whether a value is the mean of a map, so that the evidence of each place can be shown.

import type { OnnxNode } from '../../network/onnx/graph.ts';
import type { Value } from '../../network/onnx/operators/step.ts';

/** A value `[n, c, h, w]`, `[n, h, w, c]`, or tokens `[n, h * w, c]`, whose mean over places the features are. */
export interface AveragedMap {
  readonly value: string;
  readonly layout: 'nchw' | 'nhwc' | 'tokens';
}

type Values = ReadonlyMap<string, Value>;
type Makers = ReadonlyMap<string, OnnxNode>;

/** Operators that leave the features of an image in their order. */
const SAME = ['Identity', 'Cast', 'Dropout', 'Flatten', 'Reshape', 'Squeeze', 'Unsqueeze'];

/** Undefined where `value` is anything else. */
export function averagedMap(
  value: string,
  makers: Makers,
  values: Values,
): AveragedMap | undefined {
  let name = value;
  let node = makers.get(name);
  while (node !== undefined && isSame(node, values)) {
    [name] = node.inputs;
    node = makers.get(name);
  }
  const shape = node && values.get(node.inputs[0])?.shape;
  if (node === undefined || shape === undefined) return undefined;
  const layout = layoutOf(meanAxes(node, shape, values), shape);
  return layout && { value: node.inputs[0], layout };
}

function isSame({ op, inputs, outputs }: OnnxNode, values: Values): boolean {
  if (SAME.includes(op)) return true;
  const [before, after] = [inputs[0], outputs[0]].map((name) =>
    values.get(name)?.shape.filter((size) => size !== 1),
  );
  // Of two axes or less, one may be that of images, which stays where it is.
  return (
    op === 'Transpose' && before !== undefined && before.length <= 1 && `${before}` === `${after}`
  );
}

function layoutOf(
  axes: string | undefined,
  shape: readonly number[],
): AveragedMap['layout'] | undefined {
  if (shape.length === 4 && axes === '2,3') return 'nchw';
  if (shape.length === 4 && axes === '1,2') return 'nhwc';
  const isSquare = shape.length === 3 && Number.isInteger(Math.sqrt(shape[1]));
  return isSquare && axes === '1' ? 'tokens' : undefined;
}

/** The axes over which a node takes the mean of everything; undefined: it takes none. */
function meanAxes(
  { op, inputs, outputs, attributes = {} }: OnnxNode,
  shape: readonly number[],
  values: Values,
): string | undefined {
  if (op === 'GlobalAveragePool') return '2,3';
  const listed = (name: string) => {
    const found = attributes[name];
    return found !== undefined && 'ints' in found ? found.ints : undefined;
  };
  if (op === 'ReduceMean') {
    const axes = listed('axes') ?? values.get(inputs[1] ?? '')?.numbers ?? [];
    return axes
      .map((axis) => (axis < 0 ? axis + shape.length : axis))
      .sort((a, b) => a - b)
      .join();
  }
  const covers = `${listed('kernel_shape')}` === `${shape.slice(2)}`;
  const isOnePlace = values
    .get(outputs[0])
    ?.shape.slice(2)
    .every((size) => size === 1);
  const isPadded = listed('pads')?.some((pad) => pad !== 0);
  return op === 'AveragePool' && covers && isOnePlace && !isPadded ? '2,3' : undefined;
}
