/**
 * The sum of each column of a tall matrix, as a row of ones times the matrix: the library's product of matrices reads
 * memory about four times as fast as its sum over the first axis does.
 */
import * as tf from '@tensorflow/tfjs';
import type { Call, Kernel } from './replace-kernel.js';

/** Below this the fixed cost of an operation decides. */
const TALL = 256;

export const columnSum =
  (own: Kernel): Kernel =>
  (call) =>
    isTall(call) ? onesTimes(call.inputs.x as tf.Tensor) : own(call);

function isTall({ inputs: { x }, attrs: { axis, keepDims } }: Call): boolean {
  const [first, ...others] = tf.util.parseAxisParam(axis as number | number[], x.shape);
  const columns = x.shape.length === 2 && first === 0 && others.length === 0;
  return columns && !keepDims && x.dtype === 'float32' && x.shape[0] >= TALL;
}

function onesTimes(x: tf.Tensor): tf.TensorInfo {
  const [rows, columns] = x.shape;
  return tf.tidy(() => tf.reshape(tf.matMul(tf.ones([1, rows]), x as tf.Tensor2D), [columns]));
}
