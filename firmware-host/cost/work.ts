import type { Model, Op } from '@bd-edge/sdk';

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

/** Counts the work of an op. */
export function workOf(model: Model, index: number, processor: Processor): Work {
  const op = model.ops[index];
  switch (op.kind) {
    case 'binary-convolution':
      return binaryWork(model, index, op);
    case 'int8-convolution':
      return int8Work(model, op, processor);
    case 'sum-pool':
      return sumPoolWork(model, op);
    case 'max-pool': {
      const { type, channels, planes } = model.tensors[op.input];
      const values = type === 'bits' ? wordsFor(channels) * planes : channels;
      const kind = `maxima of ${type}`;
      return { [`${kind}: pixel`]: pixelsOf(op), [`${kind}: value`]: tapsInside(model, op) * values };
    }
  }
}

/**
 * Vertical counters over lists of inputs, 32 filters at once. The lists hold the inputs that differ from the most common
 * value: with one plane at most a half of them, with two planes at most two thirds.
 */
function binaryWork(model: Model, index: number, op: Convolution): Work {
  const { height, width, channels, planes } = model.tensors[op.input];
  const density = model.metadata?.densities?.[index] ?? DEFAULT_DENSITY;
  const share = planes === 2 ? Math.min(density, 2 / 3) : Math.min(density, 1 - density);
  const blocks = wordsFor(op.filters);
  const pixels = pixelsOf(op);
  const taps = tapsInside(model, op);
  const counters = Math.log2(2 * op.window.kernelHeight * op.window.kernelWidth * channels * planes);
  const { epilogue } = op;
  const outputs =
    epilogue.kind === 'threshold'
      ? epilogue.thresholds.length
      : epilogue.kind === 'sum'
        ? 1
        : epilogue.multipliers.length / op.filters;
  const kind = epilogue.kind === 'fixed-point' ? epilogue.type : epilogue.kind;
  const added = epilogue.kind === 'fixed-point' && epilogue.addend !== 0 ? pixels * op.filters : 0;
  return {
    'binary: op': 1,
    'binary: word of a list': height * width * wordsFor(channels) * planes,
    'binary: entry of a list': height * width * channels * share,
    'binary: pixel': pixels,
    'binary: row of a window': pixels * op.window.kernelHeight * planes,
    'binary: row of a window and block': pixels * op.window.kernelHeight * blocks * planes,
    'binary: counter': pixels * blocks * counters,
    'binary: entry': taps * channels * share * blocks,
    [`binary to ${kind}: prepared`]: op.filters * outputs,
    [`binary to ${kind}: block`]: pixels * blocks * outputs,
    [`binary to ${kind}: output`]: pixels * op.filters * outputs,
    'binary: addend': added,
    'binary: pooled pixel': op.pool ? pixels : 0,
  };
}

/** The kernels of firmware/kernels/int8-*.c. */
function int8Work(model: Model, op: Convolution, { dsp }: Processor): Work {
  const { channels, type } = model.tensors[op.input];
  const { kernelHeight, kernelWidth, strideY, strideX } = op.window;
  const columns = op.outputWidth * (op.pool?.width ?? 1);
  const rows = op.outputHeight * (op.pool?.height ?? 1);
  const pixels = pixelsOf(op);
  const values = kernelHeight * kernelWidth * channels;
  const fours = columns > 1 && (op.pool === undefined || (op.pool.height === 2 && op.pool.width === 2));
  const nine = kernelHeight === 3 && kernelWidth === 3 && strideY === 1 && strideX === 1;
  // Sums are pooled where each output rises or falls with its sum.
  const outputs = (fours && op.pool ? pixels / 4 : pixels) * op.filters;
  if (!dsp && fours && nine && (channels === 1 || channels === 3)) {
    const tiles = Math.ceil(rows / 2) * Math.ceil(columns / 4);
    const kind = `int8, Winograd, ${channels} channels${op.pool ? ', pooled' : ''}`;
    return {
      [`${kind}: op`]: 1,
      [`${kind}: filter`]: op.filters,
      [`${kind}: tile`]: tiles,
      [`${kind}: tile of a filter`]: tiles * op.filters,
      ...outputWork('int8', op, outputs),
    };
  }
  const kind = fours ? `int8 of ${type}, fours${op.pool ? ', pooled' : ''}` : `int8 of ${type}, pixels`;
  return {
    [`${kind}: op`]: 1,
    [`${kind}: weight`]: op.filters * values,
    [`${kind}: row of values`]: rows * columns * strideX * strideY * channels,
    [`${kind}: pixel`]: pixels,
    [`${kind}: value`]: pixels * values,
    [`${kind}: sum`]: pixels * op.filters,
    [`${kind}: product`]: pixels * values * op.filters,
    ...outputWork('int8', op, outputs),
  };
}

function sumPoolWork(model: Model, op: SumPool): Work {
  const { channels, type } = model.tensors[op.input];
  const pixels = pixelsOf(op);
  const taps = tapsInside(model, op);
  const { epilogue } = op;
  const single = op.window.kernelHeight * op.window.kernelWidth === 1 && op.filters === channels;
  if (single && type === 'int16' && epilogue.kind === 'threshold' && channels % 32 === 0) {
    const kind = `thresholds of streams, ${epilogue.thresholds.length} bits`;
    return {
      [`${kind}: channel`]: channels,
      [`${kind}: pixel`]: pixels,
      [`${kind}: number`]: pixels * channels,
    };
  }
  const kind = `sums of ${type}`;
  return {
    [`${kind}: pixel`]: pixels,
    [`${kind}: tap`]: taps,
    [`${kind}: value`]: taps * channels,
    ...outputWork('sums', op, pixels * op.filters),
  };
}

/** Counts the outputs of sums. */
function outputWork(kind: string, op: Convolution | SumPool, sums: number): Work {
  const { epilogue } = op;
  if (epilogue.kind === 'sum') return { [`${kind} to sums`]: sums };
  if (epilogue.kind === 'threshold') return { [`${kind} to bits`]: sums * epilogue.thresholds.length };
  const numbers = sums * (epilogue.multipliers.length / op.filters);
  const added = epilogue.addend === 0 ? 0 : numbers;
  return { [`${kind} to ${epilogue.type}`]: numbers, [`${kind} with addend`]: added };
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
