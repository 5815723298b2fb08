/** The ternary activation as a layer (quantizers/ternary-activation.ts), for coupled networks. */
import { ternaryActivation } from '../quantizers/index.js';
import * as tf from '../tensorflow/index.js';
import { ActivationLayer } from './activation-layer.js';

export class TernaryActivation extends ActivationLayer {
  static className = 'TernaryActivation';

  protected override activate(x: tf.Tensor): tf.Tensor {
    return ternaryActivation(x, this.surrogate);
  }
}

tf.serialization.registerClass(TernaryActivation);
