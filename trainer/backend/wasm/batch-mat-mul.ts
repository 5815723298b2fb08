import type * as tf from '../../tensorflow/index.js';
import { callKernel, dispose, type KernelCall } from './heap.js';

type MatMul = KernelCall<'a' | 'b', { transposeA: boolean; transposeB: boolean }>;

/**
 * Multiplies matrices. The backend's own kernel is fast only without transposition, so transposing first is
 * faster.
 *
 * @param own the backend's kernel
 */
export const batchMatMul =
  (own: (call: MatMul) => tf.TensorInfo) =>
  ({ inputs: { a, b }, attrs: { transposeA, transposeB }, backend }: MatMul): tf.TensorInfo => {
    const plain = (matrix: tf.TensorInfo, transposed: boolean) =>
      transposed ? callKernel(backend, 'Transpose', { x: matrix }, { perm: swapLastTwo(matrix) }) : matrix;
    const inputs = { a: plain(a, transposeA), b: plain(b, transposeB) };
    const product = own({ inputs, attrs: { transposeA: false, transposeB: false }, backend });
    if (transposeA) dispose(backend, inputs.a);
    if (transposeB) dispose(backend, inputs.b);
    return product;
  };

/** Returns the permutation that transposes each of a stack of matrices. */
function swapLastTwo({ shape }: tf.TensorInfo): number[] {
  const axes = shape.map((_, axis) => axis);
  return [...axes.slice(0, -2), axes.length - 1, axes.length - 2];
}
