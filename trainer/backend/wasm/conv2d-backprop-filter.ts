import type * as tf from '../../tensorflow/index.js';
import { type ConvolutionAttributes, convolutionShape, type Shape4D } from './convolution-shape.js';
import { callKernel, dispose, floats, type KernelCall, type WasmBackend } from './heap.js';
import { patchRows } from './patch-rows.js';

/** Computes the gradient of a convolution's filter, [filterHeight, filterWidth, in, out]. */
export function conv2dBackpropFilter({
  inputs: { x, dy },
  attrs,
  backend,
}: KernelCall<'x' | 'dy', ConvolutionAttributes & { filterShape: Shape4D }>): tf.TensorInfo {
  const shape = convolutionShape(x.shape as Shape4D, attrs.filterShape, attrs);
  // As measured: with the few channels of an image, rearranging dy costs more than copying the patches.
  return shape.inChannels < 4 ? byPatches(backend, x, dy, shape) : byConvolution(backend, x, dy, shape);
}

/** Computes it as a product of matrices: the transposed patches of the input times the output's gradient. */
function byPatches(
  backend: WasmBackend,
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
  shape: tf.backend_util.Conv2DInfo,
): tf.TensorInfo {
  const pixels = shape.batchSize * shape.outHeight * shape.outWidth;
  const rows = shape.filterHeight * shape.filterWidth * shape.inChannels;
  const patches = backend.makeOutput([rows, pixels], 'float32');
  patchRows(floats(backend, x), floats(backend, patches), shape);
  const columns = { dataId: dy.dataId, shape: [pixels, shape.outChannels], dtype: dy.dtype };
  const gradient = callKernel(
    backend,
    'BatchMatMul',
    { a: patches, b: columns },
    { transposeA: false, transposeB: false },
  );
  gradient.shape = shape.filterShape;
  dispose(backend, patches);
  return gradient;
}

/**
 * Computes it as a convolution of the input with dy as the filter, where batch and channels are exchanged.
 * The sum is over the batch, and the stride becomes the distance (dilation) of dy's pixels.
 */
function byConvolution(
  backend: WasmBackend,
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
  shape: tf.backend_util.Conv2DInfo,
): tf.TensorInfo {
  const { strideHeight, strideWidth, filterHeight, filterWidth, inHeight, inWidth, padInfo } = shape;
  const { outHeight, outWidth } = shape;
  const { top, left } = padInfo;
  // Rows and columns that the last filter position does not reach make the result larger; channelsLast crops them.
  const bottom = Math.max(0, (outHeight - 1) * strideHeight + filterHeight - inHeight - top);
  const right = Math.max(0, (outWidth - 1) * strideWidth + filterWidth - inWidth - left);

  const channelsFirst = callKernel(backend, 'Transpose', { x }, { perm: [3, 1, 2, 0] });
  const batchInside = callKernel(backend, 'Transpose', { x: dy }, { perm: [1, 2, 0, 3] });
  const product = callKernel(
    backend,
    'Conv2D',
    { x: channelsFirst, filter: batchInside },
    {
      strides: 1,
      dilations: [strideHeight, strideWidth],
      pad: [
        [0, 0],
        [top, bottom],
        [left, right],
        [0, 0],
      ],
      dataFormat: 'NHWC',
    },
  );
  const gradient = backend.makeOutput(shape.filterShape, 'float32');
  channelsLast(
    floats(backend, product),
    product.shape as Shape4D,
    floats(backend, gradient),
    shape.filterShape as Shape4D,
  );
  dispose(backend, channelsFirst, batchInside, product);
  return gradient;
}

/** Copies [in, rows, columns, out] to [height, width, in, out], which may have fewer rows and columns. */
function channelsLast(
  from: Float32Array,
  [, rows, columns]: Shape4D,
  to: Float32Array,
  [height, width, inputs, outputs]: Shape4D,
): void {
  let at = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let i = 0; i < inputs; i++) {
        const start = ((i * rows + y) * columns + x) * outputs;
        for (let o = 0; o < outputs; o++) to[at++] = from[start + o];
      }
}
