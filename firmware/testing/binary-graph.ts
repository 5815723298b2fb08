import type { Convolution, Epilogue, Graph, Op, Threshold } from '../../sdk/format/graph.js';
import { type Axis, type Random, randomPool, windowOf, withPool } from '../../sdk/testing/random-graph.js';

/** The place of the binary layer in the graph, and an image with the wanted share of zeros. */
export interface BinaryLayer {
  graph: Graph;
  index: number;
  image: Uint8Array;
}

/** The limit of the layer's weight products. */
const MAX_WORK = 400_000;

/** Channels and filters on both sides of a word, and of the entries that a list adds at once. */
const CHANNELS = [1, 2, 3, 7, 8, 9, 16, 31, 32, 33, 45, 63, 64, 65, 90, 129];
const FILTERS = [1, 2, 15, 16, 17, 31, 32, 33, 64, 70, 96];

/**
 * A graph around one binary convolution of any kind: an int8 layer turns the pixels 0, 1 and 2 of the image to
 * activations of these values, so that the density of the layer's input is known.
 */
export function binaryLayer(rng: Random): BinaryLayer {
  const pick = (values: number[]) => values[rng.integer(0, values.length - 1)];
  const planes = rng.chance(0.6) ? 2 : 1;
  const channels = pick(CHANNELS);
  const input = { height: rng.integer(1, 9), width: rng.integer(1, 9), channels };
  const ops: Op[] = [activations(channels, planes)(input)];
  const y = axis(rng, input.height);
  const x = axis(rng, input.width);
  const inputs = y.kernel * x.kernel * channels;
  const most = Math.max(1, Math.floor(MAX_WORK / (inputs * y.outputs * x.outputs)));
  const filters = Math.min(most, pick(FILTERS));
  const window = windowOf(y, x);
  const pool = rng.chance(0.3) ? randomPool(rng, y.outputs, x.outputs) : undefined;
  const kind = pick([0, 0, 1, 1, 2]);
  let epilogue = ([threshold, fixedPoint, sum] as const)[kind](rng, filters, inputs * planes);
  if (epilogue.kind === 'fixed-point' && !pool && rng.chance(0.7)) {
    const numbers = epilogue.multipliers.length;
    const addend = rng.chance(0.7) ? numbers : Math.ceil(numbers / filters) * rng.integer(1, filters);
    ops.push(stream(rng, channels, window, y.outputs, x.outputs, addend));
    epilogue = { ...epilogue, addend: ops.length };
  }
  const layer: Convolution = {
    kind: 'binary-convolution',
    input: 1,
    window,
    outputHeight: y.outputs,
    outputWidth: x.outputs,
    filters,
    weights: Int8Array.from({ length: filters * inputs }, () => (rng.chance(0.5) ? 1 : -1)),
    epilogue,
  };
  ops.push(pool && epilogue.kind !== 'sum' ? withPool(rng, layer, pool) : layer);
  const index = ops.length - 1;
  if (epilogue.kind !== 'sum') ops.push({ ...last(ops[index] as Convolution), input: ops.length });
  const zeros = pick([0, 0, 0.1, 0.3, 0.5, 0.7, 0.9, 1]);
  const twos = planes === 1 ? 0 : pick([0, 0.2, 0.5, 1]);
  const image = Uint8Array.from({ length: input.height * input.width * channels }, () =>
    rng.chance(zeros) ? 0 : rng.chance(twos) ? 2 : 1,
  );
  return { graph: { input, ops, outputScale: 1 }, index, image };
}

/** Along one axis: any window, a window of 3 with padding, or one of the input's size. */
function axis(rng: Random, size: number): Axis {
  if (rng.chance(0.4)) return { kernel: 3, stride: 1, padding: 1, outputs: size };
  if (rng.chance(0.2)) return { kernel: size, stride: 1, padding: 0, outputs: 1 };
  const kernel = rng.integer(1, 6);
  const stride = rng.integer(1, 4);
  const padding = rng.integer(0, kernel - 1);
  const most = Math.floor((size - 1 + padding) / stride) + 1;
  return { kernel, stride, padding, outputs: rng.integer(1, most) };
}

const ONE = { kernelHeight: 1, kernelWidth: 1, strideY: 1, strideX: 1, paddingTop: 0, paddingLeft: 0 };

/** An int8 layer whose activations are the pixels. */
const activations =
  (channels: number, planes: 1 | 2) =>
  ({ height, width }: Graph['input']): Convolution => {
    const least = (value: number): Threshold => ({
      values: new Int32Array(channels).fill(value),
      invert: new Uint8Array(channels),
    });
    const weights = new Int8Array(channels * channels);
    for (let c = 0; c < channels; c++) weights[c * channels + c] = 1;
    const thresholds = planes === 1 ? [least(1)] : [least(1), least(2)];
    return {
      kind: 'int8-convolution',
      input: 0,
      window: ONE,
      outputHeight: height,
      outputWidth: width,
      filters: channels,
      weights,
      epilogue: { kind: 'threshold', thresholds, coupled: planes === 2 },
    };
  };

/** A stream of numbers to be added to the layer's. */
function stream(
  rng: Random,
  channels: number,
  window: Convolution['window'],
  outputHeight: number,
  outputWidth: number,
  filters: number,
): Convolution {
  const row = window.kernelHeight * window.kernelWidth * channels;
  return {
    kind: 'int8-convolution',
    input: 0,
    window,
    outputHeight,
    outputWidth,
    filters,
    weights: Int8Array.from({ length: filters * row }, () => rng.integer(-128, 127)),
    epilogue: {
      kind: 'fixed-point',
      type: 'int16',
      shift: 4,
      multipliers: new Int32Array(filters).fill(16),
      offsets: new BigInt64Array(filters),
      addend: 0,
    },
  };
}

function threshold(rng: Random, filters: number, largest: number): Epilogue {
  const coupled = rng.chance(0.4);
  const thresholds = Array.from({ length: coupled || rng.chance(0.5) ? 2 : 1 }, (): Threshold => {
    const extremes = [-(2 ** 31), 2 ** 31 - 1, largest, largest + 1, -largest, 1 - largest];
    return {
      values: Int32Array.from({ length: filters }, () =>
        rng.chance(0.1)
          ? extremes[rng.integer(0, extremes.length - 1)]
          : rng.integer(-largest, largest) >> rng.integer(0, 5),
      ),
      invert: Uint8Array.from({ length: filters }, () => rng.integer(0, 1)),
    };
  });
  return { kind: 'threshold', thresholds, coupled };
}

/** Mostly parameters as exporters choose them: multipliers of 31 bits. */
function fixedPoint(
  rng: Random,
  filters: number,
  largest: number,
): Extract<Epilogue, { kind: 'fixed-point' }> {
  const type = rng.chance(0.8) ? 'int16' : 'u8';
  const extreme = rng.chance(0.15);
  const bits = extreme ? rng.integer(0, 31) : 31;
  const shift = extreme ? rng.integer(0, 62) : rng.integer(24, 36);
  const range = extreme ? 2 ** 61 : Math.min(2 ** 61, 2 ** (shift + 14));
  const length = filters * (rng.chance(0.3) ? 2 : 1);
  const most = Math.min(2 ** bits - 1, Math.ceil(2 ** (shift + 17) / largest));
  return {
    kind: 'fixed-point',
    type,
    shift,
    multipliers: Int32Array.from({ length }, () => rng.integer(-most, most)),
    offsets: BigInt64Array.from({ length }, () =>
      BigInt(Math.trunc((range * rng.integer(-1000, 999)) / 1000)),
    ),
    addend: 0,
  };
}

function sum(rng: Random, filters: number): Epilogue {
  return { kind: 'sum', bias: Int32Array.from({ length: filters }, () => rng.integer(-1000, 1000)) };
}

/** The last op of a model makes sums. */
function last({ outputHeight, outputWidth, filters, epilogue }: Convolution): Convolution {
  const twice =
    (epilogue.kind === 'fixed-point' && epilogue.multipliers.length > filters) ||
    (epilogue.kind === 'threshold' && epilogue.thresholds.length === 2 && !epilogue.coupled);
  return {
    kind: 'int8-convolution',
    input: 0,
    window: ONE,
    outputHeight,
    outputWidth,
    filters: 1,
    weights: new Int8Array(twice ? 2 * filters : filters),
    epilogue: { kind: 'sum', bias: new Int32Array(1) },
  };
}
