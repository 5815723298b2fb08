import { checkImage } from '../engine/image.js';
import {
  type Convolution,
  computedSize,
  type Epilogue,
  type Op,
  type OutputPool,
  opInputs,
  type Threshold,
  type Window,
} from '../format/graph.js';
import { packBits } from '../format/pack.js';
import type { Model } from '../format/parse.js';
import type { Shape } from '../format/tensor.js';

/*
 * The reference implementation of a `.bdm`, written for readers. Tests compare every fast engine with it,
 * op by op.
 *
 * Here a tensor is a plain array of integers, plane by plane, each plane channels last:
 * value(plane, y, x, c) = values[((plane * height + y) * width + x) * channels + c].
 */

export interface ReferenceResult {
  /** Integer logits. */
  logits: Int32Array;
  /** The output tensor of each op: its bytes in an engine's arena. */
  layers: Uint8Array[];
}

/**
 * Runs a model on one image and returns the output of every op.
 *
 * @param image height x width x channels bytes, channels last
 * @throws {ImageError} if the image is not bytes or has another size
 */
export function referenceRun(model: Model, image: Uint8Array): ReferenceResult {
  const tensors = evaluate(model, image);
  return {
    logits: tensors[model.ops.length],
    layers: tensors.slice(1).map((values, op) => arenaBytes(values, model.tensors[op + 1])),
  };
}

/**
 * Runs a model on one image and returns its logits.
 *
 * @throws {ImageError} if the image is not bytes or has another size
 */
export function referenceLogits(model: Model, image: Uint8Array): Int32Array {
  return evaluate(model, image)[model.ops.length];
}

function evaluate(model: Model, image: Uint8Array): Int32Array<ArrayBuffer>[] {
  const { height, width, channels } = model.input;
  checkImage(image, height * width * channels, model.input);
  const tensors = [Int32Array.from(image)];
  model.ops.forEach((op, index) => {
    const input = model.tensors[op.input];
    const values = tensors[op.input];
    if (op.kind === 'max-pool') {
      tensors.push(maxPool(op, input, values));
      return;
    }
    const sums = op.kind === 'sum-pool' ? add(op, input, values) : convolve(op, input, values);
    const [, addend] = opInputs(op);
    const added = addend ? { channels: model.tensors[addend].channels, values: tensors[addend] } : NOTHING;
    const output = model.tensors[index + 1];
    const finished = finish(op, sums, output, added);
    tensors.push('pool' in op && op.pool ? poolOutput(op, op.pool, output, finished) : finished);
  });
  return tensors;
}

type Pool<Kind> = Extract<Op, { kind: Kind }>;

/** Applies the epilogue to an op's sums, [pixel][filter]. */
function finish(
  { epilogue, filters }: Convolution | Pool<'sum-pool'>,
  sums: Int32Array<ArrayBuffer>,
  output: Shape,
  addend: Addend,
): Int32Array<ArrayBuffer> {
  if (epilogue.kind === 'fixed-point') return fixedPoint(sums, epilogue, filters, addend);
  if (epilogue.kind === 'sum') return sums.map((sum, i) => sum + epilogue.bias[i % filters]);
  const bits = epilogue.thresholds.map((threshold) => bitsOf(sums, threshold));
  return epilogue.coupled || bits.length === 1
    ? concatenatePlanes(bits)
    : concatenateChannels(bits, output.channels / 2);
}

/**
 * Computes sum(y, x, filter) = sum over planes, taps and channels of value * weight. Positions outside of
 * the input count as 0. Weights are int8, or -1 and +1.
 */
function convolve(op: Convolution, input: Shape, values: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const { window, filters, weights } = op;
  const { height: outputHeight, width: outputWidth } = computedSize(op);
  const { height, width, channels } = input;
  const planes = addPlanes(values, input);
  const row = window.kernelHeight * window.kernelWidth * channels;
  // The inputs of one pixel that are not 0, and their positions in the kernel: only they add to a sum.
  const present = new Int32Array(row);
  const places = new Int32Array(row);
  const sums = new Int32Array(outputHeight * outputWidth * filters);
  let out = 0;
  for (let y = 0; y < outputHeight; y++) {
    for (let x = 0; x < outputWidth; x++) {
      let count = 0;
      for (const { tap, pixel } of tapsInside(window, y, x, height, width)) {
        for (let c = 0; c < channels; c++) {
          const value = planes[pixel * channels + c];
          if (value === 0) continue;
          present[count] = value;
          places[count++] = tap * channels + c;
        }
      }
      for (let filter = 0; filter < filters; filter++) {
        let sum = 0;
        for (let i = 0; i < count; i++) sum += present[i] * weights[filter * row + places[i]];
        sums[out++] = sum;
      }
    }
  }
  return sums;
}

/** Turns sums into bits: sum >= value, or sum < value if the threshold is inverted. */
function bitsOf(sums: Int32Array, { values, invert }: Threshold): Int32Array<ArrayBuffer> {
  const filters = values.length;
  return sums.map((sum, i) => {
    const reached = sum >= values[i % filters];
    return Number(invert[i % filters] ? !reached : reached);
  });
}

interface Addend {
  channels: number;
  values: Int32Array;
}

const NOTHING: Addend = { channels: 0, values: new Int32Array() };

/**
 * Computes clamp(((sum * multiplier + offset) >> shift) + addend) exactly: one or two numbers for each
 * sum.
 */
function fixedPoint(
  sums: Int32Array,
  { type, multipliers, offsets, shift }: Extract<Epilogue, { kind: 'fixed-point' }>,
  filters: number,
  addend: Addend,
): Int32Array<ArrayBuffer> {
  const [min, max] = type === 'u8' ? [0, 255] : [-32768, 32767];
  const numbers = multipliers.length; // of a pixel
  const added = (addend.channels * filters) / numbers; // filters that have an addend
  return Int32Array.from({ length: (sums.length / filters) * numbers }, (_, i) => {
    const [pixel, number] = [Math.floor(i / numbers), i % numbers];
    const [copy, filter] = [Math.floor(number / filters), number % filters];
    const sum = BigInt(sums[pixel * filters + filter]);
    const scaled = Number((sum * BigInt(multipliers[number]) + offsets[number]) >> BigInt(shift));
    const addition = filter < added ? addend.values[pixel * addend.channels + copy * added + filter] : 0;
    return Math.min(Math.max(scaled + addition, min), max);
  });
}

/** Applies the pool of a convolution: a max-pool of its outputs whose windows lie side by side. */
function poolOutput(
  op: Convolution,
  { height, width, andMask }: OutputPool,
  output: Shape,
  values: Int32Array,
): Int32Array<ArrayBuffer> {
  const window = {
    ...{ kernelHeight: height, kernelWidth: width, strideY: height, strideX: width },
    ...{ paddingTop: 0, paddingLeft: 0 },
  };
  return maxPool({ ...op, window, andMask }, { ...output, ...computedSize(op) }, values);
}

type MaxPool = Pick<Pool<'max-pool'>, 'window' | 'outputHeight' | 'outputWidth' | 'andMask'>;

function maxPool(op: MaxPool, input: Shape, values: Int32Array): Int32Array<ArrayBuffer> {
  return input.type === 'bits' ? poolBits(op, input, values) : largest(op, input, values);
}

/** Computes OR over each window, or AND for the channels of the mask. */
function poolBits(op: MaxPool, input: Shape, values: Int32Array): Int32Array<ArrayBuffer> {
  const { height, width, channels, planes } = input;
  const output: number[] = [];
  for (let plane = 0; plane < planes; plane++) {
    for (const taps of windows(op, height, width)) {
      for (let c = 0; c < channels; c++) {
        const bit = ({ pixel }: Tap) => values[(plane * height * width + pixel) * channels + c] === 1;
        output.push(Number(op.andMask[plane * channels + c] ? taps.every(bit) : taps.some(bit)));
      }
    }
  }
  return Int32Array.from(output);
}

/** Computes the maximum of each window, channel by channel. */
function largest(
  op: MaxPool,
  { height, width, channels }: Shape,
  values: Int32Array,
): Int32Array<ArrayBuffer> {
  const output: number[] = [];
  for (const taps of windows(op, height, width)) {
    for (let c = 0; c < channels; c++) {
      output.push(Math.max(...taps.map(({ pixel }) => values[pixel * channels + c])));
    }
  }
  return Int32Array.from(output);
}

/**
 * Computes the sum of each window, channel by channel; also over the two copies of a channel if the op
 * has half as many filters as channels. If a part of the window is outside of the input, the sum is
 * scaled up to the whole window.
 */
function add(
  op: Pool<'sum-pool'>,
  { height, width, channels }: Shape,
  values: Int32Array,
): Int32Array<ArrayBuffer> {
  const { window, filters } = op;
  const whole = window.kernelHeight * window.kernelWidth;
  const sums: number[] = [];
  for (const taps of windows(op, height, width)) {
    for (let filter = 0; filter < filters; filter++) {
      let sum = 0;
      for (const { pixel } of taps) {
        for (let c = filter; c < channels; c += filters) sum += values[pixel * channels + c];
      }
      sums.push((sum * whole) / taps.length);
    }
  }
  return Int32Array.from(sums);
}

/** Yields the taps of the window at each output pixel. */
function* windows(
  { window, outputHeight, outputWidth }: Pick<Op, 'window' | 'outputHeight' | 'outputWidth'>,
  height: number,
  width: number,
): Generator<Tap[]> {
  for (let y = 0; y < outputHeight; y++) {
    for (let x = 0; x < outputWidth; x++) yield tapsInside(window, y, x, height, width);
  }
}

interface Tap {
  /** Position in the kernel, row by row. */
  tap: number;
  /** Position in the input, row by row. */
  pixel: number;
}

/** Returns the positions of the kernel that lie inside of the input for output pixel (y, x). */
function tapsInside(window: Window, y: number, x: number, height: number, width: number): Tap[] {
  const taps: Tap[] = [];
  for (let ky = 0; ky < window.kernelHeight; ky++) {
    for (let kx = 0; kx < window.kernelWidth; kx++) {
      const iy = y * window.strideY - window.paddingTop + ky;
      const ix = x * window.strideX - window.paddingLeft + kx;
      if (iy < 0 || iy >= height || ix < 0 || ix >= width) continue;
      taps.push({ tap: ky * window.kernelWidth + kx, pixel: iy * width + ix });
    }
  }
  return taps;
}

/** Adds the planes of a coupled activation: they share their weights. */
function addPlanes(values: Int32Array<ArrayBuffer>, { planes }: Shape): Int32Array<ArrayBuffer> {
  if (planes === 1) return values;
  const size = values.length / 2;
  return values.subarray(0, size).map((value, i) => value + values[size + i]);
}

function concatenatePlanes(planes: Int32Array[]): Int32Array<ArrayBuffer> {
  return Int32Array.from(planes.flatMap((plane) => [...plane]));
}

/** Makes the channels [all first bits | all second bits] of each pixel. */
function concatenateChannels([first, second]: Int32Array[], filters: number): Int32Array<ArrayBuffer> {
  const values = new Int32Array(2 * first.length);
  for (let i = 0; i < first.length; i++) {
    const pixel = Math.floor(i / filters);
    const filter = i % filters;
    values[2 * pixel * filters + filter] = first[i];
    values[(2 * pixel + 1) * filters + filter] = second[i];
  }
  return values;
}

/** Returns the bytes of a tensor in an engine's arena: bits packed, the planes of a pixel side by side. */
function arenaBytes(values: Int32Array, shape: Shape): Uint8Array {
  if (shape.type === 'int32') return new Uint8Array(values.slice().buffer);
  if (shape.type === 'int16') return new Uint8Array(Int16Array.from(values).buffer);
  if (shape.type === 'u8') return Uint8Array.from(values);
  const { planes, channels } = shape;
  const pixels = shape.height * shape.width;
  const byPixel = new Uint8Array(values.length);
  for (let plane = 0; plane < planes; plane++) {
    for (let pixel = 0; pixel < pixels; pixel++) {
      for (let c = 0; c < channels; c++) {
        byPixel[(pixel * planes + plane) * channels + c] = values[(plane * pixels + pixel) * channels + c];
      }
    }
  }
  return new Uint8Array(packBits(byPixel, channels).buffer);
}
