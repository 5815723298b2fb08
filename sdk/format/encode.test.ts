import { expect, test } from 'vitest';
import { encodeModel } from './encode.js';
import type { Graph } from './graph.js';
import { ModelError } from './model-error.js';
import { parseModel } from './parse.js';

/** An int8 layer over a whole image of so many rows, or the sums of its columns. */
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
  const node =
    kind === 'sum-pool' ? { kind, ...common } : { kind, ...common, weights: new Int8Array(height).fill(1) };
  return { input: { height, width: 1, channels: 1 }, nodes: [node], outputScale: 1 };
}

test.each(['int8-convolution', 'sum-pool'] as const)(
  'a kernel that a byte cannot hold is refused: %s',
  (kind) => {
    expect(parseModel(encodeModel(whole(kind, 255))).nodes[0].window.kernelHeight).toBe(255);
    for (const height of [256, 300]) {
      const encode = () => encodeModel(whole(kind, height));
      expect(encode).toThrow(ModelError);
      expect(encode).toThrow(
        `Layer 0 of the model has a number that the format has no room for (${height} at byte 20 of its record, at most 255)`,
      );
    }
  },
);

test('so is an image that 16 bits cannot hold', () => {
  const graph = whole('sum-pool', 1);
  graph.input.channels = 65536;
  expect(() => encodeModel(graph)).toThrow(
    'The model has a number that the format has no room for (65536 at byte 24',
  );
});

test.each([-1, 0.5, NaN])('so is a stride of %f', (stride) => {
  const graph = whole('sum-pool', 1);
  graph.nodes[0].window.strideY = stride;
  expect(() => encodeModel(graph)).toThrow(`(${stride} at byte 22`);
});
