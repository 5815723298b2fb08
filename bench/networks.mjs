/** The measured layers and networks. Their weights are random, since the work does not depend on them. */
import { Mulberry32 } from '@bd-edge/sdk/internal';

/**
 * Binary layers. `size` is the height and width of the input. Defaults: a 3x3 window with stride 1, padded by half of it,
 * and as many filters as channels.
 */
/**
 * @typedef {{ name: string, size: number, channels: number, filters: number, kernel: number, stride: number,
 *   quick?: boolean, sweep?: boolean }} LayerShape
 */

/** @type {LayerShape[]} */
export const SHAPES = [
  { name: '14x14x256', size: 14, channels: 256 },
  { name: '28x28x128', size: 28, channels: 128 },
  { name: '56x56x64', size: 56, channels: 64 },
  { name: '7x7x512', size: 7, channels: 512 },
  { name: '32x32x128', size: 32, channels: 128 },
  { name: '1x1 14x14x256', size: 14, channels: 256, kernel: 1 },
  { name: '1x1 28x28x64', size: 28, channels: 64, kernel: 1 },
  { name: 'stride 2 28x28x128-256', size: 28, channels: 128, filters: 256, stride: 2 },
  { name: 'stride 2 56x56x64-128', size: 56, channels: 64, filters: 128, stride: 2 },
  { name: '5x5 28x28x64', size: 28, channels: 64, kernel: 5, quick: false },
  { name: '7x7 14x14x128', size: 14, channels: 128, kernel: 7, quick: false },
  { name: 'dense 8192-1024', size: 1, channels: 8192, filters: 1024, kernel: 1 },
].map((shape) => ({ kernel: 3, stride: 1, filters: shape.channels, quick: true, ...shape }));

const windowOf = (kernel, stride) => ({
  kernelHeight: kernel,
  kernelWidth: kernel,
  strideY: stride,
  strideX: stride,
  paddingTop: (kernel - 1) >> 1,
  paddingLeft: (kernel - 1) >> 1,
});

/**
 * Makes a generator of random numbers, so that every run measures the same networks.
 *
 * @param {number} seed
 */
export function random(seed) {
  const generator = new Mulberry32(seed);
  return () => generator.next();
}

const same = windowOf(3, 1);

/** @returns {import('@bd-edge/sdk').Epilogue & { kind: 'threshold' }} */
function threshold(filters, spread, next, bits = 1) {
  return {
    kind: 'threshold',
    coupled: false,
    thresholds: Array.from({ length: bits }, () => ({
      values: Int32Array.from({ length: filters }, () => Math.floor((next() - 0.5) * spread)),
      invert: Uint8Array.from({ length: filters }, () => (next() < 0.5 ? 1 : 0)),
    })),
  };
}

const signs = (count, next) => Int8Array.from({ length: count }, () => (next() < 0.5 ? 1 : -1));
const bytes = (count, next) => Int8Array.from({ length: count }, () => Math.floor(next() * 256) - 128);

/**
 * Makes a graph: op 0 turns a one-channel image into random bits, op 1 is the measured layer, op 2 gives a logit.
 *
 * @param {{ size: number, channels: number, filters: number, kernel: number, stride: number }} shape
 * @param {boolean} sums whether op 1 is the last and outputs its sums, as the kernel that counts bits requires
 * @returns {import('@bd-edge/sdk').Graph}
 */
export function layerGraph({ size, channels, filters, kernel, stride }, sums = false, seed = 1) {
  const next = random(seed);
  const outputs = Math.ceil(size / stride);
  const one = windowOf(1, 1);
  /** @type {import('@bd-edge/sdk').Op[]} */
  const ops = [
    {
      kind: 'int8-convolution',
      input: 0,
      window: one,
      outputHeight: size,
      outputWidth: size,
      filters: channels,
      weights: bytes(channels, next),
      epilogue: threshold(channels, 25000, next),
    },
    {
      kind: 'binary-convolution',
      input: 1,
      window: windowOf(kernel, stride),
      outputHeight: outputs,
      outputWidth: outputs,
      filters,
      weights: signs(kernel * kernel * channels * filters, next),
      epilogue: sums
        ? { kind: 'sum', bias: new Int32Array(filters) }
        : threshold(filters, 2 * kernel * Math.sqrt(channels), next),
    },
    {
      kind: 'int8-convolution',
      input: 2,
      window: one,
      outputHeight: 1,
      outputWidth: 1,
      filters: 1,
      weights: bytes(filters, next),
      epilogue: { kind: 'sum', bias: Int32Array.of(0) },
    },
  ];
  return {
    input: { height: size, width: size, channels: 1 },
    ops: sums ? ops.slice(0, 2) : ops,
    outputScale: 1,
  };
}

/** The decoupled MNIST network of the trainer (trainer/networks/mnist.ts): 16-23-32 filters, two bits each. */
export const mnistGraph = (seed = 2) => digitsGraph([16, 23, 32], seed);

/** The same network, narrower. */
export const smallGraph = (seed = 2) => digitsGraph([6, 8, 8], seed);

/** A narrow network for images of half the size, which fits into a board of 32 KB. */
export const tinyGraph = (seed = 2) => digitsGraph([6, 8, 8], seed, 14);

/** 3x3 layers of 128 to 512 filters, a pool after every second, and dense layers of 1024: 32 x 32 x 3, a bit a filter. */
export const wideVggGraph = (seed = 2) =>
  chainGraph(
    { height: 32, width: 32, channels: 3 },
    [128, 128, 'pool', 256, 256, 'pool', 512, 512, 'pool', { dense: 1024 }, { dense: 1024 }, { dense: 10 }],
    1,
    seed,
  );

/** Makes three blocks of a 3x3 layer and a pool, with two bits per filter and ten classes. */
const digitsGraph = ([first, second, third], seed, side = 28) =>
  chainGraph(
    { height: side, width: side, channels: 1 },
    [first, 'pool', second, 'pool', third, 'pool', { dense: 10 }],
    2,
    seed,
  );

/**
 * Makes a chain of layers, the first and the last with int8 weights.
 *
 * @param {(number | 'pool' | { dense: number })[]} steps filters of a 3x3 layer, a 2x2 pool, units of a dense layer
 * @param {1 | 2} bits bits a filter
 * @returns {import('@bd-edge/sdk').Graph}
 */
function chainGraph(input, steps, bits, seed) {
  const next = random(seed);
  let { height, width, channels } = input;
  let invert = [];
  /** @returns {import('@bd-edge/sdk').Op} */
  const opOf = (step, index) => {
    if (step === 'pool') {
      [height, width] = [height >> 1, width >> 1];
      const window = {
        kernelHeight: 2,
        kernelWidth: 2,
        strideY: 2,
        strideX: 2,
        paddingTop: 0,
        paddingLeft: 0,
      };
      // As the trainer exports a pool of sums: AND for the inverted channels.
      const andMask = Uint8Array.from(invert);
      return { kind: 'max-pool', input: index, window, outputHeight: height, outputWidth: width, andMask };
    }
    const window = step.dense ? { ...windowOf(1, 1), kernelHeight: height, kernelWidth: width } : same;
    const filters = step.dense ?? step;
    const last = index === steps.length - 1;
    const binary = index > 0 && !last;
    const count = window.kernelHeight * window.kernelWidth * channels * filters;
    if (step.dense) [height, width] = [1, 1];
    channels = last ? filters : bits * filters;
    const thresholds = last ? undefined : threshold(filters, binary ? 40 : 50000, next, bits);
    invert = thresholds?.thresholds.flatMap((threshold) => [...threshold.invert]) ?? invert;
    const epilogue = thresholds ?? { kind: 'sum', bias: new Int32Array(filters) };
    return {
      kind: binary ? 'binary-convolution' : 'int8-convolution',
      input: index,
      window,
      outputHeight: height,
      outputWidth: width,
      filters,
      weights: binary ? signs(count, next) : bytes(count, next),
      epilogue,
    };
  };
  return { input, ops: steps.map(opOf), outputScale: 1 };
}
