import type { Graph, Op } from '@bd-edge/sdk/internal';
import { random } from '../../sdk/testing/random-graph.js';

/** A network of random weights for 2 KB of RAM: 8 x 8 pixels, as of an infrared sensor, an int8 and a binary convolution, four classes. */
export function unoNetwork(): Graph {
  const rng = random(1);
  const FILTERS = 8;
  const CLASSES = 4;
  const weights = (count: number, largest: number) =>
    Int8Array.from({ length: count }, () =>
      largest === 1 ? (rng.chance(0.5) ? 1 : -1) : rng.integer(-largest, largest),
    );
  const threshold = (largest: number) => ({
    kind: 'threshold' as const,
    coupled: false,
    thresholds: [
      {
        values: Int32Array.from({ length: FILTERS }, () => rng.integer(-largest, largest)),
        invert: new Uint8Array(FILTERS),
      },
    ],
  });
  const window = (kernel: number, stride: number, padding: number) => ({
    ...{ kernelHeight: kernel, kernelWidth: kernel, strideY: stride, strideX: stride },
    ...{ paddingTop: padding, paddingLeft: padding },
  });
  const ops: Op[] = [
    {
      kind: 'int8-convolution',
      input: 0,
      window: window(3, 2, 1),
      outputHeight: 4,
      outputWidth: 4,
      filters: FILTERS,
      weights: weights(FILTERS * 9, 127),
      epilogue: threshold(9000),
    },
    {
      kind: 'binary-convolution',
      input: 1,
      window: window(3, 2, 1),
      outputHeight: 2,
      outputWidth: 2,
      filters: FILTERS,
      weights: weights(FILTERS * 9 * FILTERS, 1),
      epilogue: threshold(9),
    },
    {
      kind: 'int8-convolution',
      input: 2,
      window: window(2, 1, 0),
      outputHeight: 1,
      outputWidth: 1,
      filters: CLASSES,
      weights: weights(CLASSES * 4 * FILTERS, 127),
      epilogue: { kind: 'sum', bias: new Int32Array(CLASSES) },
    },
  ];
  return { input: { height: 8, width: 8, channels: 1 }, ops, outputScale: 0.001 };
}
