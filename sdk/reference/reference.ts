import { checkImage } from '../engine/errors.js';
import {
  type Convolution,
  type Epilogue,
  type Node,
  readBy,
  type Threshold,
  type Window,
} from '../format/graph.js';
import { packBits } from '../format/pack.js';
import type { Model } from '../format/parse.js';
import type { Shape } from '../format/tensor.js';

/*
 * The oracle: what a `.bdm` means, written to be read. Every fast engine is held to it, layer by layer.
 *
 * Here a tensor is a plain array of integers, plane by plane, each plane channels last:
 * value(plane, y, x, c) = values[((plane * height + y) * width + x) * channels + c].
 */

export interface ReferenceResult {
  /** Integer logits. */
  logits: Int32Array;
  /** The output tensor of each op, as its bytes lie in an engine's arena. */
  layers: Uint8Array[];
}

/**
 * Runs a model on one image.
 *
 * @param image height x width x channels bytes, channels last
 * @throws {ImageError} if the image is not bytes or has another size
 */
export function referenceRun(model: Model, image: Uint8Array): ReferenceResult {
  const tensors = evaluate(model, image);
  return {
    logits: tensors[model.nodes.length],
    layers: tensors.slice(1).map((values, op) => arenaBytes(values, model.tensors[op + 1])),
  };
}

/**
 * Runs a model on one image, for its logits alone.
 *
 * @throws {ImageError} if the image is not bytes or has another size
 */
export function referenceLogits(model: Model, image: Uint8Array): Int32Array {
  return evaluate(model, image)[model.nodes.length];
}

function evaluate(model: Model, image: Uint8Array): Int32Array<ArrayBuffer>[] {
  const { height, width, channels } = model.input;
  checkImage(image, height * width * channels, model.input);
  const tensors = [Int32Array.from(image)];
  model.nodes.forEach((node, op) => {
    const input = model.tensors[node.input];
    const values = tensors[node.input];
    if (node.kind === 'max-pool') {
      tensors.push(input.type === 'bits' ? poolBits(node, input, values) : largest(node, input, values));
      return;
    }
    const sums = node.kind === 'sum-pool' ? add(node, input, values) : convolve(node, input, values);
    const [, addend] = readBy(node);
    const added = addend ? { channels: model.tensors[addend].channels, values: tensors[addend] } : NOTHING;
    tensors.push(finish(node, sums, model.tensors[op + 1], added));
  });
  return tensors;
}

type Pool<Kind> = Extract<Node, { kind: Kind }>;

/** What becomes of an op's sums, [pixel][filter]. */
function finish(
  { epilogue, filters }: Convolution | Pool<'sum-pool'>,
  sums: Int32Array<ArrayBuffer>,
  output: Shape,
  addend: Addend,
): Int32Array<ArrayBuffer> {
  if (epilogue.kind === 'fixed-point') return fixedPoint(sums, epilogue, filters, addend);
  if (epilogue.kind === 'sum') return sums.map((sum, i) => sum + epilogue.bias[i % filters]);
  const bits = epilogue.cuts.map((cut) => threshold(sums, cut));
  return epilogue.coupled || bits.length === 1
    ? concatenatePlanes(bits)
    : concatenateChannels(bits, output.channels / 2);
}

/**
 * sum(y, x, filter) = sum over planes, taps and channels of value * weight; what lies outside of the input counts as 0.
 * Weights are int8, or -1 and +1.
 */
function convolve(node: Convolution, input: Shape, values: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const { window, filters, weights, outputHeight, outputWidth } = node;
  const { height, width, channels } = input;
  const planes = addPlanes(values, input);
  const row = window.kernelHeight * window.kernelWidth * channels;
  // The inputs of one pixel that are not 0, and where in the kernel they are: only they add to a sum.
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

/** bit = sum >= threshold, or sum < threshold where the direction is below. */
function threshold(sums: Int32Array, { thresholds, below }: Threshold): Int32Array<ArrayBuffer> {
  const filters = thresholds.length;
  return sums.map((sum, i) => {
    const reached = sum >= thresholds[i % filters];
    return Number(below[i % filters] ? !reached : reached);
  });
}

interface Addend {
  channels: number;
  values: Int32Array;
}

const NOTHING: Addend = { channels: 0, values: new Int32Array() };

/** clamp(((sum * multiplier + offset) >> shift) + addend), exactly: one number or two for each sum. */
function fixedPoint(
  sums: Int32Array,
  { type, multipliers, offsets, shift }: Extract<Epilogue, { kind: 'fixed-point' }>,
  filters: number,
  addend: Addend,
): Int32Array<ArrayBuffer> {
  const [least, most] = type === 'u8' ? [0, 255] : [-32768, 32767];
  const numbers = multipliers.length; // of a pixel
  const added = (addend.channels * filters) / numbers; // filters that have an addend
  return Int32Array.from({ length: (sums.length / filters) * numbers }, (_, i) => {
    const [pixel, number] = [Math.floor(i / numbers), i % numbers];
    const [copy, filter] = [Math.floor(number / filters), number % filters];
    const sum = BigInt(sums[pixel * filters + filter]);
    const scaled = Number((sum * BigInt(multipliers[number]) + offsets[number]) >> BigInt(shift));
    const addition = filter < added ? addend.values[pixel * addend.channels + copy * added + filter] : 0;
    return Math.min(Math.max(scaled + addition, least), most);
  });
}

/** OR over each window, or AND for the channels that the node names. */
function poolBits(node: Pool<'max-pool'>, input: Shape, values: Int32Array): Int32Array<ArrayBuffer> {
  const { height, width, channels, planes } = input;
  const output: number[] = [];
  for (let plane = 0; plane < planes; plane++) {
    for (const taps of windows(node, height, width)) {
      for (let c = 0; c < channels; c++) {
        const bit = ({ pixel }: Tap) => values[(plane * height * width + pixel) * channels + c] === 1;
        output.push(Number(node.all[plane * channels + c] ? taps.every(bit) : taps.some(bit)));
      }
    }
  }
  return Int32Array.from(output);
}

/** The largest of each window, channel by channel. */
function largest(
  node: Pool<'max-pool'>,
  { height, width, channels }: Shape,
  values: Int32Array,
): Int32Array<ArrayBuffer> {
  const output: number[] = [];
  for (const taps of windows(node, height, width)) {
    for (let c = 0; c < channels; c++) {
      output.push(Math.max(...taps.map(({ pixel }) => values[pixel * channels + c])));
    }
  }
  return Int32Array.from(output);
}

/**
 * The sum of each window, channel by channel; also over the two copies of a channel where the node has half as many
 * filters. Where a window is not whole, what is inside of the input counts as often as makes up for the rest.
 */
function add(
  node: Pool<'sum-pool'>,
  { height, width, channels }: Shape,
  values: Int32Array,
): Int32Array<ArrayBuffer> {
  const { window, filters } = node;
  const whole = window.kernelHeight * window.kernelWidth;
  const sums: number[] = [];
  for (const taps of windows(node, height, width)) {
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

/** The window's taps at each output pixel. */
function* windows(
  { window, outputHeight, outputWidth }: Pick<Node, 'window' | 'outputHeight' | 'outputWidth'>,
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

/** The kernel's positions that lie inside of the input when the window stands at output pixel (y, x). */
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

/** The planes of a coupled activation share their weights, so their sum is what meets the weights. */
function addPlanes(values: Int32Array<ArrayBuffer>, { planes }: Shape): Int32Array<ArrayBuffer> {
  if (planes === 1) return values;
  const size = values.length / 2;
  return values.subarray(0, size).map((value, i) => value + values[size + i]);
}

function concatenatePlanes(planes: Int32Array[]): Int32Array<ArrayBuffer> {
  return Int32Array.from(planes.flatMap((plane) => [...plane]));
}

/** [all first bits | all second bits] in the channels of each pixel. */
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

/** A tensor as it lies in an engine's arena: bits packed, the planes of a pixel side by side. */
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
