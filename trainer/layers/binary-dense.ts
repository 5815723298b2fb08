/**
 * A dense layer with binary weights: y = alpha * (x . sign(W)), alpha = mean|W|
 * (quantizers/binary-weights.ts).
 */
import { binaryWeights, type CopyLayout, channelScales, type ScaledIntegers } from '../quantizers/index.js';
import * as tf from '../tensorflow/index.js';
import { BOOLEAN, COUNT, type LayerOptions, oneOf } from './layer-options.js';
import { QuantizedDense, type QuantizedDenseArgs } from './quantized-dense.js';

export interface BinaryDenseArgs extends QuantizedDenseArgs {
  /**
   * 2 if the channels of each pixel are [all first copies | all second copies] of a decoupled activation.
   * Default: 1.
   */
  inputCopies?: number;
  /** A scale for each output instead of one for the layer (quantizers/channel-scales.ts). Default: false. */
  channelScales?: boolean;
  /**
   * The number of pixels of the flattened feature map; it matters only for the order of copies. Default: 1.
   */
  inputPixels?: number;
}

export class BinaryDense extends QuantizedDense {
  static className = 'BinaryDense';
  static override readonly options: LayerOptions = {
    ...QuantizedDense.options,
    inputCopies: oneOf(1, 2),
    channelScales: BOOLEAN,
    inputPixels: COUNT,
  };
  readonly inputCopies: number;
  readonly channelScales: boolean;
  readonly inputPixels: number;

  constructor(args: BinaryDenseArgs) {
    super(args);
    this.inputCopies = args.inputCopies ?? 1;
    this.channelScales = args.channelScales ?? false;
    this.inputPixels = args.inputPixels ?? 1;
  }

  protected override quantize(latents: Float32Array): ScaledIntegers {
    return binaryWeights(latents, this.layout);
  }

  override outputScales(): Float32Array | undefined {
    if (!this.channelScales) return undefined;
    return channelScales(this.kernel.read().dataSync() as Float32Array, this.units, this.layout);
  }

  private get layout(): CopyLayout {
    return { pixels: this.inputPixels, copies: this.inputCopies };
  }

  /** Returns the weights of an engine: +-1 in the order [in, out], and the layer's scale. */
  binaryWeights(): { signs: Int8Array; scale: number } {
    const { values, scale } = this.quantizedKernel();
    return { signs: values, scale };
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { inputCopies, inputPixels, channelScales } = this;
    return { ...super.getConfig(), inputCopies, inputPixels, channelScales };
  }
}

tf.serialization.registerClass(BinaryDense);
