/** The ternary activation as a layer (see quantisers/ternary-activation.ts): what a coupled network trains with. */
import * as tf from '@tensorflow/tfjs';
import { ternaryActivation } from '../quantisers/index.js';
import { onlyTensor } from './quantised-layer.js';

export class TernaryActivation extends tf.layers.Layer {
  static className = 'TernaryActivation';

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => ternaryActivation(onlyTensor(inputs)));
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return inputShape;
  }
}

tf.serialization.registerClass(TernaryActivation);
