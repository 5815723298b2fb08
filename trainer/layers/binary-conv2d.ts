/**
 * A convolution with binary weights: y = alpha * (x * sign(W)), alpha = mean|W| (see quantisers/binary-weights.ts).
 */
import * as tf from '@tensorflow/tfjs';
import { binaryWeights, type ScaledIntegers } from '../quantisers/index.js';
import { QuantisedConv2D, type QuantisedConv2DArgs } from './quantised-conv2d.js';

export interface BinaryConv2DArgs extends QuantisedConv2DArgs {
  /** 2 where the input channels are [all first copies | all second copies] of a decoupled activation. Default: 1. */
  inputCopies?: number;
}

export class BinaryConv2D extends QuantisedConv2D {
  static className = 'BinaryConv2D';
  readonly inputCopies: number;

  constructor(args: BinaryConv2DArgs) {
    super(args);
    this.inputCopies = args.inputCopies ?? 1;
  }

  protected override quantise(latents: Float32Array): ScaledIntegers {
    const [height, width] = this.kernelSize;
    return binaryWeights(latents, { pixels: height * width, copies: this.inputCopies });
  }

  /** What an engine computes with: +-1 in the order [height, width, in, out], and the layer's scale. */
  binaryWeights(): { signs: Int8Array; scale: number } {
    const { values, scale } = this.quantisedKernel();
    return { signs: values, scale };
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), inputCopies: this.inputCopies };
  }
}

tf.serialization.registerClass(BinaryConv2D);
