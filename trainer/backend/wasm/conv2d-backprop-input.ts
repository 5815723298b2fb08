import type * as tf from '../../tensorflow/index.js';
import { type ConvolutionAttributes, convolutionShape, type Shape4D } from './convolution-shape.js';
import { callKernel, dispose, floats, type KernelCall } from './heap.js';

/**
 * Computes the gradient of a convolution's input, [batch, height, width, in]. It is a convolution with stride
 * 1 of the output's gradient `dy`, [batch, outHeight, outWidth, out], with the filter turned by 180 degrees
 * and its channels swapped. For a stride s, dy is first spread out, one value every s pixels.
 */
export function conv2dBackpropInput({
  inputs: { dy, filter },
  attrs,
  backend,
}: KernelCall<'dy' | 'filter', ConvolutionAttributes & { inputShape: Shape4D }>): tf.TensorInfo {
  const shape = convolutionShape(attrs.inputShape, filter.shape as Shape4D, attrs);
  const { strideHeight, strideWidth, filterHeight, filterWidth, inHeight, inWidth, padInfo } = shape;
  const [batch, outHeight, outWidth, channels] = dy.shape;
  const top = filterHeight - 1 - padInfo.top;
  const left = filterWidth - 1 - padInfo.left;
  const bottom = inHeight + filterHeight - 1 - top - outHeight;
  const right = inWidth + filterWidth - 1 - left - outWidth;

  const turned = backend.makeOutput([filterHeight, filterWidth, channels, shape.inChannels], 'float32');
  turn(floats(backend, filter), floats(backend, turned), filter.shape as Shape4D);

  const apart = strideHeight > 1 || strideWidth > 1 || Math.min(top, left, bottom, right) < 0;
  const grid = [batch, inHeight + filterHeight - 1, inWidth + filterWidth - 1, channels];
  const input = apart ? backend.makeOutput(grid, 'float32') : dy;
  if (apart)
    spread(floats(backend, dy), dy.shape, floats(backend, input), grid, {
      stride: [strideHeight, strideWidth],
      offset: [top, left],
    });

  const margins = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  const dx = callKernel(
    backend,
    'Conv2D',
    { x: input, filter: turned },
    { strides: 1, dilations: 1, pad: apart ? 'valid' : margins, dataFormat: 'NHWC' },
  );
  dispose(backend, turned);
  if (apart) dispose(backend, input);
  return dx;
}

/** Copies [height, width, in, out] to [height, width, out, in] with both spatial axes reversed. */
function turn(filter: Float32Array, turned: Float32Array, [height, width, inputs, outputs]: Shape4D): void {
  const pixels = height * width;
  for (let pixel = 0; pixel < pixels; pixel++) {
    const from = (pixels - 1 - pixel) * inputs * outputs;
    const to = pixel * inputs * outputs;
    for (let i = 0; i < inputs; i++)
      for (let o = 0; o < outputs; o++) turned[to + o * inputs + i] = filter[from + i * outputs + o];
  }
}

/**
 * Copies pixels onto a grid of zeros, `stride` apart, with the first at `offset`, and drops those outside.
 */
function spread(
  values: Float32Array,
  [batch, height, width, channels]: number[],
  grid: Float32Array,
  [, gridHeight, gridWidth]: number[],
  { stride, offset }: { stride: [number, number]; offset: [number, number] },
): void {
  grid.fill(0);
  for (let image = 0; image < batch; image++)
    for (let y = 0; y < height; y++) {
      const gridY = offset[0] + y * stride[0];
      if (gridY < 0 || gridY >= gridHeight) continue;
      for (let x = 0; x < width; x++) {
        const gridX = offset[1] + x * stride[1];
        if (gridX < 0 || gridX >= gridWidth) continue;
        const from = ((image * height + y) * width + x) * channels;
        const to = ((image * gridHeight + gridY) * gridWidth + gridX) * channels;
        for (let c = 0; c < channels; c++) grid[to + c] = values[from + c];
      }
    }
}
