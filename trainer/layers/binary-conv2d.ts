/**
 * A convolution with binary weights: y = alpha * (x * sign(W)), alpha = mean|W|
 * (quantizers/binary-weights.ts).
 */

import { binaryWeights, type CopyLayout, channelScales, type ScaledIntegers } from '../quantizers/index.js';
import * as tf from '../tensorflow/index.js';
import { BOOLEAN, type LayerOptions, oneOf } from './layer-options.js';
import { QuantizedConv2D, type QuantizedConv2DArgs } from './quantized-conv2d.js';

export interface BinaryConv2DArgs extends QuantizedConv2DArgs {
  /**
   * 2 if the input channels are [all first copies | all second copies] of a decoupled activation. Default: 1.
   */
  inputCopies?: number;
  /** A scale for each output instead of one for the layer (quantizers/channel-scales.ts). Default: false. */
  channelScales?: boolean;
}

export class BinaryConv2D extends QuantizedConv2D {
  static className = 'BinaryConv2D';
  static override readonly options: LayerOptions = {
    ...QuantizedConv2D.options,
    inputCopies: oneOf(1, 2),
    channelScales: BOOLEAN,
  };
  readonly inputCopies: number;
  readonly channelScales: boolean;

  constructor(args: BinaryConv2DArgs) {
    super(args);
    this.inputCopies = args.inputCopies ?? 1;
    this.channelScales = args.channelScales ?? false;
  }

  protected override quantize(latents: Float32Array): ScaledIntegers {
    return binaryWeights(latents, this.layout);
  }

  override outputScales(): Float32Array | undefined {
    if (!this.channelScales) return undefined;
    return channelScales(this.kernel.read().dataSync() as Float32Array, this.filters, this.layout);
  }

  protected override get scalesExactly(): boolean {
    return true;
  }

  private get layout(): CopyLayout {
    const [height, width] = this.kernelSize;
    return { pixels: height * width, copies: this.inputCopies };
  }

  /** Returns the weights of an engine: +-1 in the order [height, width, in, out], and the layer's scale. */
  binaryWeights(): { signs: Int8Array; scale: number } {
    const { values, scale } = this.quantizedKernel();
    return { signs: values, scale };
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { inputCopies, channelScales } = this;
    return { ...super.getConfig(), inputCopies, channelScales };
  }
}

tf.serialization.registerClass(BinaryConv2D);
