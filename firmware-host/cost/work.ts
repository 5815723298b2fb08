import type { Model, Op } from '@bd-edge/sdk';
import {
  type BinaryFit,
  binaryFit,
  fitsAllFilters,
  int8Kernel,
  thresholdTableBytes,
} from '@bd-edge/sdk/internal';

/**
 * Counts of the parts of an op's work on the kernels in firmware/kernels. The names are those of the coefficients:
 * ticks = sum of count x coefficient.
 */
export type Work = Readonly<Record<string, number>>;

/** What the kernels choose by. */
export interface Processor {
  /** Whether it multiplies two pairs of 16-bit numbers at once (Armv7E-M). */
  dsp: boolean;
}

/** The share of a binary convolution's inputs that are not 0, where it was not measured. */
export const DEFAULT_DENSITY = 0.35;

type Convolution = Extract<Op, { weights: Int8Array }>;
type SumPool = Extract<Op, { kind: 'sum-pool' }>;

/**
 * Counts the work of an op.
 *
 * @param scratchBytes bytes of scratch memory (default: as many as the fastest kernel uses)
 */
export function workOf(
  model: Model,
  index: number,
  processor: Processor,
  scratchBytes = Number.POSITIVE_INFINITY,
): Work {
  const op = model.ops[index];
  switch (op.kind) {
    case 'binary-convolution':
      return binaryWork(model, index, op, processor, scratchBytes);
    case 'int8-convolution':
      return int8Work(model, op, processor, scratchBytes);
    case 'sum-pool':
      return sumPoolWork(model, op, processor, scratchBytes);
    case 'max-pool': {
      const { type, channels, planes } = model.tensors[op.input];
      const values = type === 'bits' ? wordsFor(channels) * planes : channels;
      const kind = `maxima of ${type}`;
      const pixels = pixelsOf(op);
      return {
        [`${kind}: op`]: 1,
        [`${kind}: pixel`]: pixels,
        [`${kind}: output`]: pixels * values,
        [`${kind}: value`]: tapsInside(model, op) * values,
      };
    }
  }
}

/**
 * Vertical counters over lists of inputs, 32 filters at once. The lists hold the inputs that differ from the most common
 * value: with one plane at most a half of them, with two planes at most two thirds. With little memory, the inputs of each
 * window are listed, or those of parts of it for each block of filters.
 */
function binaryWork(
  model: Model,
  index: number,
  op: Convolution,
  { dsp }: Processor,
  scratchBytes: number,
): Work {
  const fit = scratchBytes === Number.POSITIVE_INFINITY ? ALL_FITS : binaryFit(model, index, scratchBytes);
  const { height, width, channels, planes } = model.tensors[op.input];
  const density = model.metadata?.densities?.[index] ?? DEFAULT_DENSITY;
  const most = !fit.totals ? 1 : planes === 2 ? 2 / 3 : 1 - density;
  const share = Math.min(density, most);
  const blocks = wordsFor(op.filters);
  const pixels = pixelsOf(op);
  const taps = tapsInside(model, op);
  const inputs = op.window.kernelHeight * op.window.kernelWidth * channels;
  const counters = Math.log2(2 * inputs * planes);
  const { epilogue } = op;
  const outputs =
    epilogue.kind === 'threshold'
      ? epilogue.thresholds.length
      : epilogue.kind === 'sum'
        ? 1
        : epilogue.multipliers.length / op.filters;
  const kind = epilogue.kind === 'fixed-point' ? epilogue.type : epilogue.kind;
  // Blocks of 32 numbers to which as many are added have a loop of their own.
  const whole = wholeBlocks(model, op, outputs);
  const listed = fit.rows ? height * width : taps * (fit.window ? 1 : blocks);
  return {
    'binary: op': 1,
    'binary: word of a list': listed * wordsFor(channels) * planes,
    'binary: entry of a list': listed * channels * share,
    'binary: pixel': pixels,
    'binary: row of a window': pixels * op.window.kernelHeight * planes,
    'binary: row of a window and block': pixels * op.window.kernelHeight * blocks * planes,
    'binary: counter': pixels * blocks * counters,
    'binary: entry': taps * channels * share * blocks,
    'pooled pixel': op.pool ? pixels : 0,
    ...(fit.prepared || epilogue.kind === 'sum'
      ? {
          [`binary to ${kind}: prepared`]: op.filters * outputs,
          [`binary to ${kind}: whole block`]: pixels * whole,
          [`binary to ${kind}: block`]: pixels * (blocks * outputs - whole),
          [`binary to ${kind}: output`]: pixels * (op.filters * outputs - 32 * whole),
        }
      : {
          'binary to sum: block': pixels * blocks,
          'binary to sum: output': pixels * op.filters,
          ...outputWork('int8', op, pixels * op.filters, inputs * planes, dsp),
        }),
  };
}

const ALL_FITS: BinaryFit = { prepared: true, rows: true, totals: true, window: true };

/** Counts the blocks of 32 numbers of type int16, of one pixel, to which 32 numbers are added. */
function wholeBlocks(model: Model, { filters, epilogue }: Convolution, outputs: number): number {
  if (epilogue.kind !== 'fixed-point' || epilogue.type !== 'int16' || epilogue.addend === 0) return 0;
  const added = Math.floor(model.tensors[epilogue.addend].channels / outputs);
  return outputs * Math.floor(Math.min(filters, added) / 32);
}

/** The kernels of firmware/kernels/int8-*.c. */
function int8Work(model: Model, op: Convolution, { dsp }: Processor, scratchBytes: number): Work {
  const { channels, type } = model.tensors[op.input];
  const largest = { bits: 2, u8: 255, int16: 2 ** 15, int32: 0 }[type];
  const { kernelHeight, kernelWidth, strideY, strideX } = op.window;
  const columns = op.outputWidth * (op.pool?.width ?? 1);
  const rows = op.outputHeight * (op.pool?.height ?? 1);
  const pixels = pixelsOf(op);
  const values = kernelHeight * kernelWidth * channels;
  const bound = values * largest * 128;
  const kernel = int8Kernel(model, op, scratchBytes, dsp);
  // Weights that do not fit are prepared again for each row.
  const isPrepared = kernel === 'pixels' || fitsAllFilters(model, op, scratchBytes, dsp);
  const prepared = isPrepared ? 1 : op.outputHeight;
  // Sums are pooled where each output rises or falls with its sum.
  const outputs = (kernel !== 'pixels' && op.pool ? pixels / 4 : pixels) * op.filters;
  if (kernel === 'winograd') {
    const tiles = Math.ceil(rows / 2) * Math.ceil(columns / 4);
    const kind = `int8, Winograd, ${channels} channels${op.pool ? ', pooled' : ''}`;
    return {
      [`${kind}: op`]: 1,
      [`${kind}: filter`]: op.filters * prepared,
      [`${kind}: tile`]: tiles,
      [`${kind}: tile of a filter`]: tiles * op.filters,
      ...outputWork('int8', op, outputs, bound, dsp),
    };
  }
  const kind = kernel === 'fours' ? `int8 of ${type}, fours` : `int8 of ${type}, pixels`;
  return {
    [`${kind}: op`]: 1,
    [`${kind}: weight`]: op.filters * values * prepared,
    [`${kind}: row of values`]: rows * columns * strideX * strideY * channels,
    [`${kind}: pixel`]: pixels,
    [`${kind}: value`]: pixels * values,
    [`${kind}: sum`]: pixels * op.filters,
    [`${kind}: product`]: pixels * values * op.filters,
    'pooled pixel': kernel === 'pixels' && op.pool ? pixels : 0,
    ...outputWork('int8', op, outputs, bound, dsp),
  };
}

function sumPoolWork(model: Model, op: SumPool, { dsp }: Processor, scratchBytes: number): Work {
  const { channels, type } = model.tensors[op.input];
  const pixels = pixelsOf(op);
  const taps = tapsInside(model, op);
  const { epilogue } = op;
  const single = op.window.kernelHeight * op.window.kernelWidth === 1 && op.filters === channels;
  const isTable = single && type === 'int16' && epilogue.kind === 'threshold' && channels % 32 === 0;
  if (isTable && thresholdTableBytes(channels, epilogue.thresholds.length) <= scratchBytes) {
    const kind = `thresholds of streams, ${epilogue.thresholds.length} bits`;
    return {
      [`${kind}: channel`]: channels,
      [`${kind}: pixel`]: pixels,
      [`${kind}: number`]: pixels * channels,
    };
  }
  const kind = `sums of ${type}`;
  const { kernelHeight, kernelWidth } = op.window;
  const bound = kernelHeight * kernelWidth * (channels / op.filters) * (type === 'int16' ? 2 ** 15 : 255);
  return {
    [`${kind}: pixel`]: pixels,
    [`${kind}: block`]: pixels * wordsFor(op.filters),
    [`${kind}: tap of a block`]: taps * wordsFor(op.filters),
    [`${kind}: first value`]: pixels * channels,
    [`${kind}: value`]: (taps - pixels) * channels,
    ...outputWork('sums', op, pixels * op.filters, bound, dsp),
  };
}

/** Counts the outputs of sums whose magnitudes are at most `bound`. */
function outputWork(
  kind: string,
  op: Convolution | SumPool,
  sums: number,
  bound: number,
  dsp: boolean,
): Work {
  const { epilogue } = op;
  if (epilogue.kind === 'sum') return { [`${kind} to sums`]: sums };
  if (epilogue.kind === 'threshold') return { [`${kind} to bits`]: sums * epilogue.thresholds.length };
  const numbers = sums * (epilogue.multipliers.length / op.filters);
  const added = epilogue.addend === 0 ? 0 : numbers;
  return {
    [`numbers by ${arithmeticOf(epilogue, bound, dsp)}`]: numbers,
    [`${kind} to ${epilogue.type}`]: numbers,
    'numbers with addend': added,
  };
}

/** Returns the arithmetic that `scale_choose` in firmware/kernels/scale.c chooses for fixed-point numbers. */
function arithmeticOf(
  { multipliers, offsets, shift }: Extract<Convolution['epilogue'], { kind: 'fixed-point' }>,
  bound: number,
  dsp: boolean,
): 'products' | 'results' | '64 bits' {
  const largest = multipliers.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const high = offsets.reduce((most, value) => Math.max(most, Math.abs(Number(value >> 32n))), 0);
  const total = bound * largest + (high + 1) * 2 ** 32;
  if (!dsp && bound <= 2 ** 15 && shift >= 16 && shift < 48 && total < 2 ** 46) return 'products';
  const isSmall = shift > 33 || total < 2 ** (30 + shift);
  return shift >= 1 && isSmall && (dsp || shift <= 32) ? 'results' : '64 bits';
}

/** Returns the pixels of an op before its pool. */
function pixelsOf(op: Op): number {
  const pool = 'pool' in op && op.pool !== undefined ? op.pool : { height: 1, width: 1 };
  return op.outputHeight * pool.height * op.outputWidth * pool.width;
}

/** Returns the taps inside of the input, of all windows. */
function tapsInside(model: Model, op: Op): number {
  const { height, width } = model.tensors[op.input];
  const { kernelHeight, kernelWidth, strideY, strideX, paddingTop, paddingLeft } = op.window;
  const pool = 'pool' in op && op.pool !== undefined ? op.pool : { height: 1, width: 1 };
  return (
    inside(op.outputHeight * pool.height, kernelHeight, strideY, paddingTop, height) *
    inside(op.outputWidth * pool.width, kernelWidth, strideX, paddingLeft, width)
  );
}

/** Counts the taps inside of the input in one direction. */
function inside(outputs: number, kernel: number, stride: number, padding: number, inputs: number): number {
  let taps = 0;
  for (let output = 0; output < outputs; output++) {
    const first = output * stride - padding;
    taps += Math.min(first + kernel, inputs) - Math.max(first, 0);
  }
  return taps;
}

function wordsFor(bits: number): number {
  return Math.ceil(bits / 32);
}
