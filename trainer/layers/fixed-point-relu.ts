/** The fixed-point ReLU as a layer (see quantisers/fixed-point-relu.ts): 8-bit activations between float-like layers. */
import * as tf from '@tensorflow/tfjs';
import { UsageError } from '../../sdk/errors.js';
import { fixedPointRelu } from '../quantisers/index.js';
import { onlyTensor } from './quantised-layer.js';

export interface FixedPointReluArgs extends NonNullable<ConstructorParameters<typeof tf.layers.Layer>[0]> {
  /** Distance between levels, a power of two; the largest is 255 steps. Default: 1/16, so up to 15.94. */
  step?: number;
}

/** A step that is not a power of two. */
export class FixedPointStepError extends UsageError {}

/** An `Int8Dense` behind it has `inputStep: step`. */
export class FixedPointRelu extends tf.layers.Layer {
  static className = 'FixedPointRelu';
  readonly step: number;

  /** @throws {FixedPointStepError} */
  constructor(args: FixedPointReluArgs = {}) {
    super(args);
    this.step = args.step ?? 1 / 16;
    if (!Number.isInteger(Math.log2(this.step))) {
      throw new FixedPointStepError(
        `A fixed-point step must be a power of two, but is ${this.step}; take 1/16, say.`,
      );
    }
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => fixedPointRelu(onlyTensor(inputs), this.step));
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return inputShape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), step: this.step };
  }
}

tf.serialization.registerClass(FixedPointRelu);
