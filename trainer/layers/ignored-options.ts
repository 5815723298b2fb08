import { UnsupportedLayerError } from '../errors.js';
import type * as tf from '../tensorflow/index.js';

/** Terms of the loss and changes of the weights, which only TensorFlow.js's own training loop applies. */
const ONLY_IN_FIT = [
  'activityRegularizer',
  'kernelRegularizer',
  'biasRegularizer',
  'betaRegularizer',
  'gammaRegularizer',
  'depthwiseRegularizer',
  'pointwiseRegularizer',
  'kernelConstraint',
  'biasConstraint',
  'betaConstraint',
  'gammaConstraint',
  'depthwiseConstraint',
  'pointwiseConstraint',
];

/**
 * Checks that no layer of TensorFlow.js has a regularizer or a constraint, which `train` would ignore.
 *
 * @throws {UnsupportedLayerError} `not-trainable`
 */
export function requireNoIgnoredOptions(model: tf.LayersModel): void {
  for (const layer of model.layers) {
    const config = layer.getConfig();
    const option = ONLY_IN_FIT.find((name) => (config[name] ?? null) !== null);
    if (!option) continue;
    const className = layer.getClassName();
    const reason = `train ignores its ${option}`;
    throw new UnsupportedLayerError(
      'not-trainable',
      `Layer "${layer.name}" (${className}) cannot be trained: ${reason}; remove it, and use weightDecay or clipLatents.`,
      { layer: layer.name, className, reason, option, received: config[option] },
    );
  }
}
