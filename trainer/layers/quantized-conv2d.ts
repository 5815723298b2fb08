/**
 * A convolution with quantized weights: channels last, kernel [height, width, in, out], zero padding. It has
 * no bias, since the batch norm behind it has one.
 */

import { stepPrecision } from '../backend/index.js';
import * as tf from '../tensorflow/index.js';
import { COUNT, inputShapeOf, type LayerOptions, oneOf, PAIR, required } from './layer-options.js';
import { onlyShape, onlyTensor, QuantizedLayer, type QuantizedLayerArgs } from './quantized-layer.js';

export interface QuantizedConv2DArgs extends QuantizedLayerArgs {
  /** The number of output channels. */
  filters: number;
  /** Height and width of the kernel, or one number for both. */
  kernelSize: number | [number, number];
  /** Strides down and right, or one number for both. Default: 1. */
  strides?: number | [number, number];
  /** 'same' pads with zeros. Default: 'valid'. */
  padding?: 'same' | 'valid';
}

export abstract class QuantizedConv2D extends QuantizedLayer {
  static override readonly options: LayerOptions = {
    filters: required(COUNT),
    kernelSize: required(PAIR),
    strides: PAIR,
    padding: oneOf('same', 'valid'),
    ...QuantizedLayer.options,
  };
  readonly filters: number;
  readonly kernelSize: [number, number];
  readonly strides: [number, number];
  readonly padding: 'same' | 'valid';

  constructor(args: QuantizedConv2DArgs) {
    super(args);
    this.filters = args.filters;
    this.kernelSize = pair(args.kernelSize);
    this.strides = pair(args.strides ?? 1);
    this.padding = args.padding ?? 'valid';
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const expected = 'images [batch, height, width, channels] of one input';
    const inputChannels = inputShapeOf(this, inputShape, { rank: 4, expected, known: 3 })[3] as number;
    const [height, width] = this.kernelSize;
    const [down, right] = this.strides;
    const n =
      height * width * inputChannels + Math.ceil(height / down) * Math.ceil(width / right) * this.filters;
    this.addKernel([height, width, inputChannels, this.filters], n);
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const { integers, scale } = this.integerKernel();
      const input = onlyTensor(inputs) as tf.Tensor4D;
      const convolve = (kernel: tf.Tensor) =>
        tf.conv2d(input, kernel as tf.Tensor4D, this.strides, this.padding);
      if (stepPrecision() === 'bfloat16' && this.scalesExactly) return convolve(tf.mul(integers, scale));
      return tf.mul(convolve(integers), scale);
    });
  }

  /**
   * Whether the weights of one output remain multiples of one number when they are scaled and rounded to few
   * bits. Then a step can scale them instead of the output, which is larger.
   */
  protected get scalesExactly(): boolean {
    return false;
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch, height, width] = onlyShape(inputShape);
    return [batch, this.outputLength(height, 0), this.outputLength(width, 1), this.filters];
  }

  private outputLength(input: number | null, axis: 0 | 1): number | null {
    if (input === null) return null;
    const window = this.padding === 'same' ? 1 : this.kernelSize[axis];
    return Math.floor((input - window) / this.strides[axis]) + 1;
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { filters, kernelSize, strides, padding } = this;
    return { ...super.getConfig(), filters, kernelSize, strides, padding };
  }
}

function pair(value: number | [number, number]): [number, number] {
  return typeof value === 'number' ? [value, value] : value;
}
