import type { Model, Op } from '@bd-edge/sdk';

/**
 * Counts of the parts of an op's work on the kernels in firmware/kernels. The names are those of the coefficients:
 * ticks = sum of count x coefficient.
 */
export type Work = Readonly<Record<string, number>>;

/** The share of an input's values that are not 0, where it was not measured. */
export const DEFAULT_DENSITY = 0.35;

/** Counts the work of an op. It does not depend on the board. */
export function workOf(model: Model, index: number): Work {
  const op = model.ops[index];
  const input = model.tensors[op.input];
  const output = model.tensors[index + 1];
  const pool = 'pool' in op && op.pool !== undefined ? op.pool : { height: 1, width: 1 };
  const rows = op.outputHeight * pool.height;
  const columns = op.outputWidth * pool.width;
  const pixels = rows * columns;
  const { kernelHeight, kernelWidth, strideY, strideX, paddingTop, paddingLeft } = op.window;
  const taps =
    inside(rows, kernelHeight, strideY, paddingTop, input.height) *
    inside(columns, kernelWidth, strideX, paddingLeft, input.width);
  const inputPixels = input.height * input.width;
  const outputPixels = op.outputHeight * op.outputWidth;
  const density = model.metadata?.densities?.[index] ?? DEFAULT_DENSITY;
  const channelWords = Math.ceil(input.channels / 32);
  switch (op.kind) {
    case 'binary-convolution': {
      const blocks = Math.ceil(op.filters / 32);
      return {
        'binary op': 1,
        'binary list word': inputPixels * channelWords * input.planes,
        'binary list entry': inputPixels * input.channels * density,
        'binary window': pixels,
        'binary block': pixels * blocks,
        'binary entry': taps * input.channels * density * blocks,
        ...outputWork('binary', op, pixels),
      };
    }
    case 'int8-convolution': {
      const kind = `int8 of ${input.type}`;
      return {
        [`${kind} op`]: 1,
        [`${kind} window value`]: pixels * kernelHeight * kernelWidth * input.channels,
        [`${kind} product`]: pixels * kernelHeight * kernelWidth * input.channels * op.filters,
        [`${kind} sum`]: pixels * op.filters,
        ...outputWork(kind, op, pixels),
      };
    }
    case 'sum-pool': {
      const kind = `sums of ${input.type}`;
      return {
        [`${kind} op`]: 1,
        [`${kind} pixel`]: outputPixels,
        [`${kind} value`]: taps * input.channels,
        ...outputWork(kind, op, pixels),
      };
    }
    case 'max-pool': {
      const values = input.type === 'bits' ? channelWords * input.planes : input.channels;
      return {
        [`maxima of ${input.type} op`]: 1,
        [`maxima of ${input.type} pixel`]: outputPixels,
        [`maxima of ${input.type} value`]: taps * values,
        [`maxima of ${input.type} output`]:
          outputPixels * (output.type === 'bits' ? values : output.channels),
      };
    }
  }
}

/** Counts the outputs of sums, before a pool. */
function outputWork(kind: string, op: Exclude<Op, { kind: 'max-pool' }>, pixels: number): Work {
  const { epilogue } = op;
  const sums = pixels * op.filters;
  if (epilogue.kind === 'sum') return { [`${kind} to sum`]: sums };
  if (epilogue.kind === 'threshold') return { [`${kind} to bit`]: sums * epilogue.thresholds.length };
  const numbers = sums * (epilogue.multipliers.length / op.filters);
  return {
    [`${kind} to ${epilogue.type}`]: numbers,
    [`${kind} addend`]: epilogue.addend === 0 ? 0 : numbers,
  };
}

/** Counts the taps inside of the input in one direction, over all windows. */
function inside(outputs: number, kernel: number, stride: number, padding: number, inputs: number): number {
  let taps = 0;
  for (let output = 0; output < outputs; output++) {
    const first = output * stride - padding;
    taps += Math.min(first + kernel, inputs) - Math.max(first, 0);
  }
  return taps;
}
