import * as tf from '../../tensorflow/index.js';
import type { KernelCall } from './heap.js';

interface Attributes {
  strides: number | [number, number];
  dilations: number | [number, number];
  pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  dataFormat: 'NHWC' | 'NCHW';
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

type Convolution = (call: KernelCall<'x' | 'filter', Attributes>) => tf.TensorInfo;

/**
 * A convolution with padding 'same' whose last window ends before the border, such as kernel 2 and stride 4
 * on 8 pixels. TensorFlow.js's kernel returns zeros for it, without an error. It is given the padding as
 * numbers instead.
 */
export const conv2d =
  (own: Convolution): Convolution =>
  (call) => {
    const { x, filter } = call.inputs;
    const { strides, dilations, pad, dataFormat, dimRoundingMode } = call.attrs;
    if (pad !== 'same' || dataFormat !== 'NHWC') return own(call);
    const { inHeight, inWidth, outHeight, outWidth, ...shape } = tf.backend_util.computeConv2DInfo(
      x.shape as [number, number, number, number],
      filter.shape as [number, number, number, number],
      strides,
      dilations,
      pad,
      dimRoundingMode,
    );
    const endsEarly =
      (outHeight - 1) * shape.strideHeight + shape.effectiveFilterHeight < inHeight ||
      (outWidth - 1) * shape.strideWidth + shape.effectiveFilterWidth < inWidth;
    if (!endsEarly) return own(call);
    const { top, bottom, left, right } = shape.padInfo;
    const explicit: tf.backend_util.ExplicitPadding = [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ];
    return own({ ...call, attrs: { ...call.attrs, pad: explicit } });
  };
