/** TensorFlow's 'same' and 'valid' paddings as the explicit windows of the buffer. */
import type { Window } from '@bd-edge/sdk/internal';
import type { Refuse } from './errors.js';

/** The format has one byte for each side of a kernel and each stride. */
const MAX_PIXELS = 255;

export interface PlacedWindow {
  window: Window;
  outputHeight: number;
  outputWidth: number;
}

/**
 * Places windows over an input.
 *
 * - 'same': ceil(input / stride) outputs. The padding is split evenly, with the odd pixel at the bottom and
 *   right.
 * - 'valid': no padding.
 *
 * @throws the error that `refuse` makes, if the format cannot hold the kernel or the strides
 */
export function placeWindow(
  [inputHeight, inputWidth]: [number, number],
  [kernelHeight, kernelWidth]: [number, number],
  [strideY, strideX]: [number, number],
  padding: 'same' | 'valid',
  refuse: Refuse,
): PlacedWindow {
  if (Math.max(kernelHeight, kernelWidth, strideY, strideX) > MAX_PIXELS) {
    const [kernel, strides] = [`${kernelHeight} x ${kernelWidth}`, `${strideY} x ${strideX}`];
    throw refuse(
      `its kernel of ${kernel} and strides of ${strides} may be at most ${MAX_PIXELS} rows and columns`,
    );
  }
  const y = along(inputHeight, kernelHeight, strideY, padding);
  const x = along(inputWidth, kernelWidth, strideX, padding);
  return {
    window: { kernelHeight, kernelWidth, strideY, strideX, paddingTop: y.before, paddingLeft: x.before },
    outputHeight: y.outputs,
    outputWidth: x.outputs,
  };
}

function along(input: number, kernel: number, stride: number, padding: 'same' | 'valid') {
  if (padding === 'valid') return { before: 0, outputs: Math.floor((input - kernel) / stride) + 1 };
  const outputs = Math.ceil(input / stride);
  const total = Math.max((outputs - 1) * stride + kernel - input, 0);
  return { before: Math.floor(total / 2), outputs };
}
