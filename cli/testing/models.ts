import { encodeModel } from '@bd-edge/sdk';
import { random } from '../../sdk/testing/random-graph.js';

/** Makes a network for MNIST images with random weights. */
export function mnistNetwork(seed: number): Uint8Array {
  const rng = random(seed);
  const window = { kernelHeight: 28, kernelWidth: 28, strideY: 1, strideX: 1, paddingTop: 0, paddingLeft: 0 };
  const convolution = {
    kind: 'int8-convolution' as const,
    input: 0,
    window: { ...window, kernelHeight: 5, kernelWidth: 5, strideY: 2, strideX: 2 },
    outputHeight: 12,
    outputWidth: 12,
    filters: 6,
    weights: Int8Array.from({ length: 6 * 25 }, () => rng.integer(-127, 127)),
    epilogue: {
      kind: 'threshold' as const,
      coupled: false,
      thresholds: [0, 1].map(() => ({
        values: Int32Array.from({ length: 6 }, () => rng.integer(-9000, 9000)),
        invert: Uint8Array.from({ length: 6 }, () => rng.integer(0, 1)),
      })),
    },
  };
  const dense = {
    kind: 'int8-convolution' as const,
    input: 1,
    window: { ...window, kernelHeight: 12, kernelWidth: 12 },
    outputHeight: 1,
    outputWidth: 1,
    filters: 10,
    weights: Int8Array.from({ length: 10 * 12 * 12 * 12 }, () => rng.integer(-127, 127)),
    epilogue: { kind: 'sum' as const, bias: new Int32Array(10) },
  };
  return encodeModel({
    input: { height: 28, width: 28, channels: 1 },
    ops: [convolution, dense],
    outputScale: 0.5,
  });
}
