import * as tf from '../../tensorflow/index.js';
import { callKernel, dispose, type KernelCall } from './heap.js';

type Reduction = (call: KernelCall<'x', { axis: number | number[]; keepDims?: boolean }>) => tf.TensorInfo;

/**
 * Computes the sum or the mean of a float32 tensor over its leading axes, as batch norm does over batch,
 * height and width. An average-pool with one window over all of them is much faster than the backend's own
 * kernel, which transposes first. `own` does all other axes.
 */
export const reduction =
  (of: 'sum' | 'mean') =>
  (own: Reduction): Reduction =>
  (call) => {
    const { backend, inputs, attrs } = call;
    const { x } = inputs;
    const axes = tf.util.parseAxisParam(attrs.axis, x.shape);
    const leading = axes.length < x.shape.length && axes.every((axis) => axis < axes.length);
    const rest = x.shape.slice(axes.length);
    const rows = tf.util.sizeFromShape(x.shape.slice(0, axes.length));
    const width = tf.util.sizeFromShape(rest);
    if (x.dtype !== 'float32' || !leading || rows < 2 || width < 1) return own(call);

    const mean = callKernel(
      backend,
      'AvgPool',
      { x: { ...x, shape: [1, rows, 1, width] } },
      { filterSize: [rows, 1], strides: 1, pad: 'valid' },
    );
    mean.shape = attrs.keepDims ? [...axes.map(() => 1), ...rest] : rest;
    if (of === 'mean') return mean;
    const count = backend.makeOutput([], 'float32');
    backend.typedArrayFromHeap(count)[0] = rows;
    const sum = callKernel(backend, 'Multiply', { a: mean, b: count }, {});
    dispose(backend, mean, count);
    return sum;
  };
