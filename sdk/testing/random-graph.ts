import fc from 'fast-check';
import { MAX_ACCUMULATOR } from '../../assembly/layout.js';
import {
  type Convolution,
  type Epilogue,
  type Graph,
  type Op,
  type OutputPool,
  outputShape,
  type Threshold,
  type Window,
} from '../format/graph.js';
import type { Shape } from '../format/tensor.js';
import { Mulberry32 } from '../random.js';

/** The random numbers that the generator of graphs needs. The same seed gives the same numbers. */
export interface Random {
  /** Returns a whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number;
  chance(probability: number): boolean;
}

/** Creates random numbers from a seed. */
export function random(seed: number): Random {
  const generator = new Mulberry32(seed);
  return {
    integer: (low, high) => low + Math.floor(generator.next() * (high - low + 1)),
    chance: (probability) => generator.next() < probability,
  };
}

/**
 * Random valid graphs. They have odd channel counts on both sides of a word, 1x1 to 5x5 kernels, strides,
 * paddings, every op on every type that it reads, every kind of output, pools inside of convolutions, streams
 * that are added in place or read again later, both directions of a threshold, constant bits, and an output
 * layer of any kind.
 */
export const graphs = fc
  .record({ seed: fc.integer(), layers: fc.integer({ min: 0, max: 5 }) })
  .map(({ seed, layers }) => randomGraph(random(seed), layers));

export function randomGraph(rng: Random, layers: number): Graph {
  const input = { height: rng.integer(1, 9), width: rng.integer(1, 9), channels: rng.integer(1, 4) };
  const shapes: Shape[] = [{ ...input, type: 'u8', planes: 1 }];
  const ops: Op[] = [];
  const add = (op: Op) => {
    ops.push(op);
    shapes.push(outputShape(op, shapes[op.input]));
  };
  for (let i = 0; i < layers; i++) {
    const last = shapes.length - 1;
    const from = rng.chance(0.8) ? last : rng.integer(0, last);
    if (shapes[from].type !== 'bits' && rng.chance(0.3)) add(randomSumPool(rng, shapes, from, 'any'));
    else add(randomConvolution(rng, shapes, from, 'any'));
    if (rng.chance(0.3)) add(randomMaxPool(rng, shapes[shapes.length - 1], shapes.length - 1));
  }
  const last = shapes.length - 1;
  if (shapes[last].type !== 'bits' && rng.chance(0.2)) add(randomSumPool(rng, shapes, last, 'sum'));
  else add(randomConvolution(rng, shapes, last, 'sum'));
  return { input, ops, outputScale: 2 ** -rng.integer(0, 9), metadata: { name: 'random' } };
}

type Ending = 'any' | 'sum';

/** The largest magnitude of each type. */
const LARGEST = { u8: 255, bits: 1, int16: 32768, int32: 0 };

function randomConvolution(rng: Random, shapes: Shape[], tensor: number, ending: Ending): Op {
  const input = shapes[tensor];
  const binary = input.type === 'bits' && rng.chance(0.75);
  const [y, x] = bothAxes(rng, input, randomWindow);
  const pool = ending === 'any' && rng.chance(0.35) ? randomPool(rng, y.outputs, x.outputs) : undefined;
  const streams = ending === 'any' && !pool ? streamsOf(shapes, y.outputs, x.outputs) : [];
  const target = randomTarget(
    rng,
    shapes,
    streams,
    rng.chance(0.5) ? rng.integer(1, 9) : rng.integer(10, 70),
  );
  const { filters } = target;
  const row = y.kernel * x.kernel * input.channels;
  // Sums must stay below the limit for every stream.
  const heaviest = Math.min(128, Math.floor(MAX_ACCUMULATOR / (LARGEST[input.type] * input.planes * row)));
  const weights = Int8Array.from({ length: filters * row }, () =>
    binary ? (rng.chance(0.5) ? 1 : -1) : Math.max(rng.integer(-heaviest, heaviest), -128),
  );
  const largest = binary ? row : Math.ceil((row * heaviest * LARGEST[input.type]) / 4);
  const op: Convolution = {
    kind: binary ? 'binary-convolution' : 'int8-convolution',
    input: tensor,
    window: windowOf(y, x),
    outputHeight: y.outputs,
    outputWidth: x.outputs,
    filters,
    weights: weights.map((weight) => Math.min(weight, 127)),
    epilogue: randomEpilogue(rng, ending, target, largest),
  };
  return pool ? withPool(rng, op, pool) : op;
}

/** Returns a pool of 1 to 4 rows and columns that the outputs are enough for; undefined if it is 1 x 1. */
export function randomPool(rng: Random, rows: number, columns: number): PoolSize | undefined {
  const [height, width] = [rows, columns].map((outputs) => rng.integer(1, Math.min(outputs, 4)));
  return height * width > 1 ? { height, width } : undefined;
}

type PoolSize = Pick<OutputPool, 'height' | 'width'>;

/** Puts a pool behind a convolution. Its masks are mostly those of pooled sums, as trainers export them. */
export function withPool(rng: Random, op: Convolution, { height, width }: PoolSize): Convolution {
  const { epilogue } = op;
  const inverted =
    epilogue.kind === 'threshold' ? epilogue.thresholds.flatMap(({ invert }) => [...invert]) : [];
  const ofSums = rng.chance(0.5);
  const andMask = Uint8Array.from({ length: inverted.length }, (_, i) =>
    ofSums ? inverted[i] : rng.integer(0, 1),
  );
  return {
    ...op,
    outputHeight: Math.floor(op.outputHeight / height),
    outputWidth: Math.floor(op.outputWidth / width),
    pool: { height, width, andMask },
  };
}

function randomSumPool(rng: Random, shapes: Shape[], tensor: number, ending: Ending): Op {
  const input = shapes[tensor];
  const [y, x] = rng.chance(0.4)
    ? [input.height, input.width].map((outputs) => ({ kernel: 1, stride: 1, padding: 0, outputs }))
    : bothAxes(rng, input, randomSumWindow);
  const filters = input.channels % 2 === 0 && rng.chance(0.3) ? input.channels / 2 : input.channels;
  const streams = ending === 'any' ? streamsOf(shapes, y.outputs, x.outputs) : [];
  const fitting = streams.filter((stream) => shapes[stream].channels <= filters);
  const addend = fitting.length > 0 && rng.chance(0.8) ? fitting[rng.integer(0, fitting.length - 1)] : 0;
  const copies = addend !== 0 && shapes[addend].channels % 2 === 0 && rng.chance(0.3) ? 2 : 1;
  const largest = (y.kernel * x.kernel * LARGEST[input.type] * input.channels) / filters;
  return {
    kind: 'sum-pool',
    input: tensor,
    window: windowOf(y, x),
    outputHeight: y.outputs,
    outputWidth: x.outputs,
    filters,
    epilogue: randomEpilogue(rng, ending, { filters, addend, copies }, Math.ceil(largest / 2)),
  };
}

/** The number of filters of an op and the stream that is added to their outputs. */
interface Target {
  filters: number;
  addend: number;
  /** How many fixed-point numbers each sum becomes. */
  copies: number;
}

/** Chooses filters that match a stream, if there is one; sometimes more, or two numbers for each. */
function randomTarget(rng: Random, shapes: Shape[], streams: number[], filters: number): Target {
  if (streams.length === 0 || rng.chance(0.2)) return { filters, addend: 0, copies: rng.integer(1, 2) };
  const addend = streams[rng.integer(0, streams.length - 1)];
  const { channels } = shapes[addend];
  const copies = channels % 2 === 0 && rng.chance(0.5) ? 2 : 1;
  return { filters: channels / copies + (rng.chance(0.2) ? rng.integer(1, 3) : 0), addend, copies };
}

function streamsOf(shapes: Shape[], height: number, width: number): number[] {
  return shapes.flatMap((shape, tensor) =>
    shape.type === 'int16' && shape.height === height && shape.width === width ? [tensor] : [],
  );
}

function randomEpilogue(rng: Random, ending: Ending, target: Target, largest: number): Epilogue {
  if (ending === 'sum') return randomSum(rng, target.filters);
  return target.addend !== 0 || rng.chance(0.4)
    ? randomFixedPoint(rng, target, largest)
    : randomThreshold(rng, target.filters, largest);
}

/**
 * Mostly scales so that the numbers spread over the whole range; sometimes takes the most extreme
 * parameters.
 */
function randomFixedPoint(rng: Random, { filters, addend, copies }: Target, largest: number): Epilogue {
  const extreme = rng.chance(0.1);
  const type = rng.chance(0.75) ? 'int16' : 'u8';
  const range = type === 'u8' ? 255 : 32768;
  const shift = extreme ? rng.integer(0, 62) : rng.integer(8, 40);
  const scale = (range * 2 ** shift) / largest;
  const spread = extreme ? 2 ** 31 - 1 : Math.min(Math.ceil(scale), 2 ** 31 - 1);
  const offset = extreme ? 2 ** 61 : (range / 2) * 2 ** shift;
  const length = copies * filters;
  return {
    kind: 'fixed-point',
    type,
    shift,
    multipliers: Int32Array.from({ length }, () => rng.integer(-spread, spread)),
    offsets: BigInt64Array.from({ length }, () =>
      BigInt(Math.trunc((offset * rng.integer(-1000, 999)) / 1000)),
    ),
    addend,
  };
}

function randomSum(rng: Random, filters: number): Epilogue {
  return { kind: 'sum', bias: Int32Array.from({ length: filters }, () => rng.integer(-1000, 1000)) };
}

function randomThreshold(rng: Random, filters: number, largest: number): Epilogue {
  const coupled = rng.chance(0.3);
  const thresholds = Array.from({ length: coupled || rng.chance(0.5) ? 2 : 1 }, (): Threshold => {
    const constant = [-(2 ** 31), 2 ** 31 - 1];
    return {
      values: Int32Array.from({ length: filters }, () =>
        rng.chance(0.05) ? constant[rng.integer(0, 1)] : rng.integer(-largest, largest) >> rng.integer(0, 3),
      ),
      invert: Uint8Array.from({ length: filters }, () => rng.integer(0, 1)),
    };
  });
  return { kind: 'threshold', thresholds, coupled };
}

function randomMaxPool(rng: Random, input: Shape, tensor: number): Op {
  const window = rng.chance(0.4) ? sideBySide : randomWindow;
  const [y, x] = [window(rng, input.height), window(rng, input.width)];
  return {
    kind: 'max-pool',
    input: tensor,
    window: windowOf(y, x),
    outputHeight: y.outputs,
    outputWidth: x.outputs,
    andMask: Uint8Array.from({ length: input.type === 'bits' ? input.planes * input.channels : 0 }, () =>
      rng.integer(0, 1),
    ),
  };
}

export interface Axis {
  kernel: number;
  stride: number;
  padding: number;
  outputs: number;
}

/** Returns a window along one axis whose outputs all have at least one pixel in their window. */
function randomWindow(rng: Random, size: number): Axis {
  const kernel = rng.integer(1, 5);
  const stride = rng.integer(1, 3);
  const padding = rng.integer(0, kernel - 1);
  const max = Math.floor((size - 1 + padding) / stride) + 1;
  return { kernel, stride, padding, outputs: rng.chance(0.5) ? max : rng.integer(1, max) };
}

/** Returns windows that neither overlap nor reach beyond the input. */
function sideBySide(rng: Random, size: number): Axis {
  const kernel = rng.integer(1, Math.min(size, 3));
  return { kernel, stride: kernel, padding: 0, outputs: Math.floor(size / kernel) };
}

/** Returns a window of a sum-pool: it may reach beyond the input only if the kernel is 1 or 2. */
function randomSumWindow(rng: Random, size: number): Axis {
  if (rng.chance(0.5)) {
    const axis = randomWindow(rng, size);
    if (axis.kernel <= 2) return axis;
  }
  const kernel = rng.integer(1, Math.min(size, 5));
  const stride = rng.integer(1, 3);
  return { kernel, stride, padding: 0, outputs: rng.integer(1, Math.floor((size - kernel) / stride) + 1) };
}

/** Returns the windows down and right: dense, of the input's own size, or any. */
function bothAxes(rng: Random, input: Shape, window: (rng: Random, size: number) => Axis): [Axis, Axis] {
  const style = rng.integer(0, 9);
  const along = (size: number): Axis => {
    if (style < 2) return { kernel: size, stride: 1, padding: 0, outputs: 1 };
    if (style > 5 && window === randomWindow) return { kernel: 3, stride: 1, padding: 1, outputs: size };
    return window(rng, size);
  };
  return [along(input.height), along(input.width)];
}

/** Combines the windows down and right. */
export function windowOf(y: Axis, x: Axis): Window {
  return {
    kernelHeight: y.kernel,
    kernelWidth: x.kernel,
    strideY: y.stride,
    strideX: x.stride,
    paddingTop: y.padding,
    paddingLeft: x.padding,
  };
}

/** Returns a random image for a graph; sometimes all black or all white, because sums are largest there. */
export function randomImage(rng: Random, { input }: Graph): Uint8Array {
  const fill = rng.chance(0.1) ? (rng.chance(0.5) ? 255 : 0) : undefined;
  return Uint8Array.from(
    { length: input.height * input.width * input.channels },
    () => fill ?? rng.integer(0, 255),
  );
}
