import fc from 'fast-check';
import { type Convolution, type Epilogue, type Graph, type Op, outputShape } from '../format/graph.js';
import type { Shape } from '../format/tensor.js';
import { type Axis, type Random, random, randomPool, windowOf, withPool } from './random-graph.js';

/** Widths and heights on both sides of what a vector, a tile and a shared border column hold. */
const SIZES = [1, 2, 3, 5, 7, 8, 13, 14, 15, 16, 17, 18, 28, 29, 32, 43];
/** Channels on both sides of a group, a byte, a word and a pair of words. */
const CHANNELS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 31, 32, 33, 46, 63, 64, 65, 96, 128, 130, 257];
const FILTERS = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 23, 31, 32, 33, 64, 70, 130];
/** The limit of an op's multiply-accumulates, so that the reference stays fast. */
const MAX_WORK = 3_000_000;

/** Windows of binary layers; missing fields are random: any size up to 7, any stride up to 3, or dense. */
const WINDOWS: Partial<Axis>[] = [
  { kernel: 3, stride: 1, padding: 1 },
  { kernel: 3, stride: 1, padding: 1 },
  { kernel: 3, stride: 1 },
  { kernel: 3, stride: 2 },
  { kernel: 1, stride: 1, padding: 0 },
  { kernel: 1, stride: 2 },
  { kernel: 5, stride: 1 },
  { kernel: 7, stride: 2 },
  {},
  {},
];

/**
 * Small networks with shapes at the limits of the vector kernels: an int8 layer, sometimes with a pool in it or
 * behind it, one or two binary layers, some with a pool, then a layer of sums. A layer of fixed-point numbers adds an
 * earlier stream, if one fits. A layer that turns its numbers into bits follows it, sometimes after a pool.
 */
export const kernelGraphs = fc.integer().map((seed) => kernelGraph(random(seed)));

export function kernelGraph(rng: Random): Graph {
  const pick = (values: number[]) => values[rng.integer(0, values.length - 1)];
  const input = { height: pick(SIZES), width: pick(SIZES), channels: rng.integer(1, 4) };
  let shape: Shape = { ...input, type: 'u8', planes: 1 };
  const ops: Op[] = [];
  const shapes = [shape];
  /** Appends an op that reads the output of the one before. */
  const push = (node: Op) => {
    node.input = ops.length;
    ops.push(node);
    shape = outputShape(node, shape);
    shapes.push(shape);
  };
  /** Returns a stream of that size that can be added to one or two numbers of each sum; 0: there is none. */
  const streamFor = (height: number, width: number, maxChannels: number) => {
    const fits = (other: Shape) =>
      other.type === 'int16' &&
      other.height === height &&
      other.width === width &&
      other.channels <= maxChannels &&
      other.channels % 2 === 0;
    return Math.max(0, shapes.findLastIndex(fits));
  };
  /** Returns the pool of a layer, mostly 2 x 2; undefined if it has none. */
  const pooling = (rows: number, columns: number, ending: Epilogue['kind']) => {
    if (ending === 'sum' || !rng.chance(ops.length === 0 ? 0.5 : 0.15)) return undefined;
    return rows > 1 && columns > 1 && rng.chance(0.7)
      ? { height: 2, width: 2 }
      : randomPool(rng, rows, columns);
  };
  const add = (
    kind: 'int8-convolution' | 'binary-convolution',
    wanted: Partial<Axis>,
    ending: Epilogue['kind'],
  ) => {
    const y = axis(rng, shape.height, wanted);
    const x = axis(rng, shape.width, wanted);
    const row = y.kernel * x.kernel * shape.channels;
    const most = Math.max(1, Math.floor(MAX_WORK / (row * y.outputs * x.outputs)));
    const pool = pooling(y.outputs, x.outputs, ending);
    const stream = ending === 'fixed-point' && !pool ? streamFor(y.outputs, x.outputs, most) : 0;
    const wantedFilters = pick(ops.length === 0 ? CHANNELS : FILTERS);
    const filters = Math.min(
      most,
      stream > 0 ? Math.max(wantedFilters, shapes[stream].channels) : wantedFilters,
    );
    const binary = kind === 'binary-convolution';
    const spread = Math.ceil(2 * Math.sqrt(row) * (binary ? 1 : shape.type === 'u8' ? 9000 : 70));
    const fill = rng.chance(0.1) ? (rng.chance(0.5) ? 1 : -1) : undefined;
    const node: Convolution = {
      kind,
      input: 0,
      window: windowOf(y, x),
      outputHeight: y.outputs,
      outputWidth: x.outputs,
      filters,
      weights: Int8Array.from({ length: filters * row }, () =>
        binary ? (fill ?? (rng.chance(0.5) ? 1 : -1)) : fill ? fill * 127 : rng.integer(-128, 127),
      ),
      epilogue:
        ending === 'sum'
          ? sums(rng, filters)
          : ending === 'threshold'
            ? thresholds(rng, filters, spread, row)
            : numbers(rng, filters, spread, stream),
    };
    push(pool ? withPool(rng, node, pool) : node);
    if (ending !== 'fixed-point') return;
    if (rng.chance(0.3)) push(maxOfNumbers(rng, shape));
    push(bitsOfNumbers(rng, shape));
  };
  // After the first stream, more streams of its size follow, so that it can be added to them.
  const hasStream = () => shapes.some(({ type }) => type === 'int16');
  const ending = () => (rng.chance(hasStream() ? 0.8 : 0.3) ? 'fixed-point' : 'threshold');
  add('int8-convolution', rng.chance(0.6) ? { kernel: 3, stride: 1, padding: 1 } : {}, ending());
  if (shape.height > 1 && shape.width > 1 && rng.chance(0.5)) {
    const last = ops[ops.length - 1];
    const threshold = 'epilogue' in last && last.epilogue.kind === 'threshold' ? last.epilogue : undefined;
    const inverted = threshold?.thresholds.flatMap(({ invert }) => [...invert]) ?? [];
    // Mostly a pool that takes the largest sums, as trainers export it.
    const sums = rng.chance(0.7);
    const node: Op = {
      kind: 'max-pool',
      input: 0,
      window: { kernelHeight: 2, kernelWidth: 2, strideY: 2, strideX: 2, paddingTop: 0, paddingLeft: 0 },
      outputHeight: shape.height >> 1,
      outputWidth: shape.width >> 1,
      andMask: Uint8Array.from(inverted, (bit) => (sums ? bit : rng.integer(0, 1))),
    };
    push(node);
  }
  const layers = rng.integer(1, 2);
  for (let layer = 0; layer < layers; layer++) {
    const window = WINDOWS[hasStream() && rng.chance(0.6) ? 0 : rng.integer(0, WINDOWS.length - 1)];
    add('binary-convolution', window, ending());
  }
  add(
    rng.chance(0.5) ? 'int8-convolution' : 'binary-convolution',
    rng.chance(0.3) ? { kernel: 3, stride: 1 } : {},
    'sum',
  );
  return { input, ops, outputScale: 1 };
}

/** Returns a window along one axis with the wanted fields; others are random, and it is sometimes dense. */
function axis(rng: Random, size: number, wanted: Partial<Axis>): Axis {
  if (wanted.kernel === undefined && size <= 32 && rng.chance(0.3)) {
    return { kernel: size, stride: 1, padding: 0, outputs: 1 };
  }
  const kernel = wanted.kernel ?? rng.integer(1, 7);
  const stride = wanted.stride ?? rng.integer(1, 3);
  const padding = wanted.padding ?? rng.integer(0, kernel - 1);
  const maxOutputs = Math.floor((size - 1 + padding) / stride) + 1;
  const outputs =
    wanted.padding !== undefined && kernel === 2 * padding + 1 && stride === 1
      ? size
      : rng.chance(0.7)
        ? maxOutputs
        : rng.integer(1, maxOutputs);
  return { kernel, stride, padding, outputs };
}

/**
 * Returns one or two bytes or stream numbers for each sum, sometimes with parameters of more than 32 bits.
 */
function numbers(rng: Random, filters: number, spread: number, addend: number): Epilogue {
  const type = rng.chance(0.7) ? 'int16' : 'u8';
  const extreme = rng.chance(0.15);
  const shift = extreme ? rng.integer(0, 62) : rng.integer(16, 44);
  const scale = extreme ? 2 ** 31 - 1 : Math.min((2 ** shift * 20_000) / spread, 2 ** 31 - 1);
  const offset = extreme ? 2 ** 61 : 2 ** Math.min(shift + 14, 61);
  const length = filters * rng.integer(1, 2);
  return {
    kind: 'fixed-point',
    type,
    shift,
    multipliers: Int32Array.from({ length }, () => rng.integer(-Math.ceil(scale), Math.floor(scale))),
    offsets: BigInt64Array.from({ length }, () =>
      BigInt(Math.trunc((offset / 1000) * rng.integer(-1000, 999))),
    ),
    addend,
  };
}

function maxOfNumbers(rng: Random, { height, width }: Shape): Op {
  const y = axis(rng, height, { kernel: 3, stride: rng.integer(1, 2) });
  const x = axis(rng, width, { kernel: 3, stride: rng.integer(1, 2) });
  return {
    kind: 'max-pool',
    input: 0,
    window: windowOf(y, x),
    outputHeight: y.outputs,
    outputWidth: x.outputs,
    andMask: new Uint8Array(),
  };
}

/** Returns an op with a threshold for each channel of each pixel. */
function bitsOfNumbers(rng: Random, { height, width, channels, type }: Shape): Op {
  return {
    kind: 'sum-pool',
    input: 0,
    window: { kernelHeight: 1, kernelWidth: 1, strideY: 1, strideX: 1, paddingTop: 0, paddingLeft: 0 },
    outputHeight: height,
    outputWidth: width,
    filters: channels,
    epilogue: thresholds(rng, channels, type === 'u8' ? 255 : 20_000, 32768),
  };
}

function sums(rng: Random, filters: number): Epilogue {
  return { kind: 'sum', bias: Int32Array.from({ length: filters }, () => rng.integer(-1000, 1000)) };
}

/** Returns thresholds mostly among the sums, sometimes at their limits or beyond them. */
function thresholds(rng: Random, filters: number, spread: number, largest: number): Epilogue {
  const ends = [
    -(2 ** 31),
    2 ** 31 - 1,
    -2 * largest,
    -largest,
    1 - largest,
    largest,
    largest + 1,
    2 * largest,
  ];
  const coupled = rng.chance(0.35);
  const list = Array.from({ length: coupled || rng.chance(0.5) ? 2 : 1 }, () => ({
    values: Int32Array.from({ length: filters }, () =>
      rng.chance(0.1)
        ? ends[rng.integer(0, ends.length - 1)]
        : rng.integer(-spread, spread) >> rng.integer(0, 2),
    ),
    invert: Uint8Array.from({ length: filters }, () => rng.integer(0, 1)),
  }));
  return { kind: 'threshold', thresholds: list, coupled };
}
