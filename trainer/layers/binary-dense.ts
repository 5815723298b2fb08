/** A dense layer with binary weights: y = alpha * (x . sign(W)), alpha = mean|W| (see quantisers/binary-weights.ts). */
import * as tf from '@tensorflow/tfjs';
import { binaryWeights, type ScaledIntegers } from '../quantisers/index.js';
import { QuantisedDense, type QuantisedDenseArgs } from './quantised-dense.js';

export interface BinaryDenseArgs extends QuantisedDenseArgs {
  /** 2 where each pixel's channels are [all first copies | all second copies] of a decoupled activation. Default: 1. */
  inputCopies?: number;
  /** Pixels of the feature map that was flattened into the input. Matters for the order of copies only. Default: 1. */
  inputPixels?: number;
}

export class BinaryDense extends QuantisedDense {
  static className = 'BinaryDense';
  readonly inputCopies: number;
  readonly inputPixels: number;

  constructor(args: BinaryDenseArgs) {
    super(args);
    this.inputCopies = args.inputCopies ?? 1;
    this.inputPixels = args.inputPixels ?? 1;
  }

  protected override quantise(latents: Float32Array): ScaledIntegers {
    return binaryWeights(latents, { pixels: this.inputPixels, copies: this.inputCopies });
  }

  /** What an engine computes with: +-1 in the order [in, out], and the layer's scale. */
  binaryWeights(): { signs: Int8Array; scale: number } {
    const { values, scale } = this.quantisedKernel();
    return { signs: values, scale };
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), inputCopies: this.inputCopies, inputPixels: this.inputPixels };
  }
}

tf.serialization.registerClass(BinaryDense);
