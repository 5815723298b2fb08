import { expect, test } from 'vitest';
import { thrown } from '../testing/throws.js';
import { encodeModel } from './encode.js';
import type { Graph, Op } from './graph.js';
import { parseModel } from './parse.js';

/** An int8 convolution or a sum-pool whose kernel covers an image of `height` rows. */
function whole(kind: 'int8-convolution' | 'sum-pool', height: number): Graph {
  const window = {
    kernelHeight: height,
    kernelWidth: 1,
    strideY: 1,
    strideX: 1,
    paddingTop: 0,
    paddingLeft: 0,
  };
  const common = {
    input: 0,
    window,
    outputHeight: 1,
    outputWidth: 1,
    filters: 1,
    epilogue: { kind: 'sum' as const, bias: new Int32Array(1) },
  };
  const op: Op =
    kind === 'sum-pool' ? { kind, ...common } : { kind, ...common, weights: new Int8Array(height).fill(1) };
  return { input: { height, width: 1, channels: 1 }, ops: [op], outputScale: 1 };
}

test.each(['int8-convolution', 'sum-pool'] as const)(
  'a kernel that a byte cannot hold is refused: %s',
  (kind) => {
    expect(parseModel(encodeModel(whole(kind, 255))).ops[0].window.kernelHeight).toBe(255);
    for (const height of [256, 300]) {
      const error = thrown(() => encodeModel(whole(kind, height)));
      expect(error).toMatchObject({ code: 'field-overflow', op: 0 });
    }
  },
);

test('an image that 16 bits cannot hold is refused', () => {
  const graph = whole('sum-pool', 1);
  graph.input.channels = 65536;
  expect(thrown(() => encodeModel(graph))).toMatchObject({ code: 'field-overflow', op: undefined });
});

test.each([-1, 0.5, NaN])('a stride of %f is refused', (stride) => {
  const graph = whole('sum-pool', 1);
  graph.ops[0].window.strideY = stride;
  expect(thrown(() => encodeModel(graph))).toMatchObject({ code: 'field-overflow', op: 0 });
});
