/** The binary activation as a layer (see quantisers/binary-activation.ts): what a decoupled network runs with. */
import * as tf from '@tensorflow/tfjs';
import { binaryActivation } from '../quantisers/index.js';
import { onlyTensor } from './quantised-layer.js';

export interface BinaryActivationArgs extends NonNullable<ConstructorParameters<typeof tf.layers.Layer>[0]> {
  /** The smallest input that gives 1. Default: 0.5. */
  threshold?: number;
}

export class BinaryActivation extends tf.layers.Layer {
  static className = 'BinaryActivation';
  readonly threshold: number;

  constructor(args: BinaryActivationArgs = {}) {
    super(args);
    this.threshold = args.threshold ?? 0.5;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => binaryActivation(onlyTensor(inputs), this.threshold));
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return inputShape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), threshold: this.threshold };
  }
}

tf.serialization.registerClass(BinaryActivation);
