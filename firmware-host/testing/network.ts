import { encodeModel, type Graph } from '@bd-edge/sdk';
import { type Random, random } from '../../sdk/testing/random-graph.js';

export interface NetworkOptions {
  /** Height and width of the image; one channel. */
  side?: number;
  hidden?: number;
  classes?: number;
  seed?: number;
}

/** Returns a dense network of two layers with random weights: a valid `.bdm` of any size. */
export function denseNetwork({
  side = 6,
  hidden = 40,
  classes = 10,
  seed = 1,
}: NetworkOptions = {}): Uint8Array {
  const rng = random(seed);
  const graph: Graph = {
    input: { height: side, width: side, channels: 1 },
    ops: [
      {
        kind: 'int8-convolution',
        input: 0,
        window: covering(side),
        outputHeight: 1,
        outputWidth: 1,
        filters: hidden,
        weights: Int8Array.from({ length: hidden * side * side }, () => rng.integer(-128, 127)),
        epilogue: {
          kind: 'threshold',
          coupled: false,
          thresholds: [{ values: new Int32Array(hidden), invert: new Uint8Array(hidden) }],
        },
      },
      {
        kind: 'binary-convolution',
        input: 1,
        window: covering(1),
        outputHeight: 1,
        outputWidth: 1,
        filters: classes,
        weights: Int8Array.from({ length: classes * hidden }, () => (rng.chance(0.5) ? 1 : -1)),
        epilogue: { kind: 'sum', bias: Int32Array.from({ length: classes }, () => rng.integer(-5, 5)) },
      },
    ],
    outputScale: 1,
  };
  return encodeModel(graph);
}

const covering = (size: number) => square(size, 1, 0);

const square = (kernel: number, stride: number, padding: number) => ({
  kernelHeight: kernel,
  kernelWidth: kernel,
  strideY: stride,
  strideX: stride,
  paddingTop: padding,
  paddingLeft: padding,
});

export interface WideNetworkOptions {
  /** Height and width of the image; one channel. An even number. */
  side?: number;
  channels: number;
  /** The number of binary layers of 3 x 3 between the first and the last. */
  layers: number;
}

/** Returns a network with many weights and few activations: `layers * channels ** 2 * 9` bits of weights. */
export function wideNetwork({ side = 8, channels, layers }: WideNetworkOptions): Uint8Array {
  const rng = random(channels);
  const size = side / 2;
  const taps = Math.min(size, 4) ** 2;
  const signs = (count: number) => Int8Array.from({ length: count }, () => (rng.chance(0.5) ? 1 : -1));
  const epilogue = (spread: number) => ({
    kind: 'threshold' as const,
    coupled: false,
    thresholds: [
      {
        values: Int32Array.from({ length: channels }, () => rng.integer(-spread, spread)),
        invert: Uint8Array.from({ length: channels }, () => rng.integer(0, 1)),
      },
    ],
  });
  return encodeModel({
    input: { height: side, width: side, channels: 1 },
    ops: [
      {
        kind: 'int8-convolution',
        input: 0,
        window: square(2, 2, 0),
        outputHeight: size,
        outputWidth: size,
        filters: channels,
        weights: Int8Array.from({ length: channels * 4 }, () => rng.integer(-128, 127)),
        epilogue: epilogue(5000),
      },
      ...Array.from({ length: layers }, (_, layer) => ({
        kind: 'binary-convolution' as const,
        input: layer + 1,
        window: square(3, 1, 1),
        outputHeight: size,
        outputWidth: size,
        filters: channels,
        weights: signs(channels ** 2 * 9),
        epilogue: epilogue(20),
      })),
      {
        kind: 'binary-convolution',
        input: layers + 1,
        window: covering(Math.sqrt(taps)),
        outputHeight: 1,
        outputWidth: 1,
        filters: 10,
        weights: signs(10 * taps * channels),
        epilogue: { kind: 'sum', bias: Int32Array.from({ length: 10 }, () => rng.integer(-5, 5)) },
      },
    ],
    outputScale: 1,
  });
}

/** Returns random images for {@link denseNetwork}. */
export function randomImages(count: number, side = 6, rng: Random = random(count)): Uint8Array[] {
  return Array.from({ length: count }, () =>
    Uint8Array.from({ length: side * side }, () => rng.integer(0, 255)),
  );
}
