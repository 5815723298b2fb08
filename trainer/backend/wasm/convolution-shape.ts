import * as tf from '../../tensorflow/index.js';
import { unsupportedGradient } from '../errors.js';

export type Shape4D = [number, number, number, number];

/** The attributes of both gradient kernels of a convolution. */
export interface ConvolutionAttributes {
  strides: [number, number] | number;
  pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  dataFormat: 'NHWC' | 'NCHW';
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/**
 * Returns sizes, strides and padding of a convolution.
 *
 * @throws {UsageError} with code `unsupported-gradient` if channels come first
 */
export function convolutionShape(
  input: Shape4D,
  filter: Shape4D,
  { strides, pad, dataFormat, dimRoundingMode }: ConvolutionAttributes,
): tf.backend_util.Conv2DInfo {
  if (dataFormat !== 'NHWC')
    throw unsupportedGradient(
      `The wasm backend has no gradient of a convolution in ${dataFormat}; keep images as [batch, height, width, channels].`,
    );
  return tf.backend_util.computeConv2DInfo(input, filter, strides, 1, pad, dimRoundingMode);
}
