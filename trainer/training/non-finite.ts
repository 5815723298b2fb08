/** Search for the layer where a diverging training first has a number that is not finite. */
import * as tf from '../tensorflow/index.js';

/** A layer of a model, and which of its numbers are not finite. */
export type NonFinite = {
  layer: string;
  className: string;
  what: 'weights' | 'output' | 'gradient';
};

/**
 * Finds the first numbers that are not finite, in the order of computation: each layer's weights, then its output in
 * training mode; then the gradients of the weights, from the last layer to the first.
 *
 * It is slow, and meant for after a failed step. Its forward pass changes the statistics of batch norms.
 *
 * @param gradients by variable name, from `tf.variableGrads`
 * @returns undefined if everything is finite, for example if the loss overflows only when it is summed
 */
export function firstNonFinite(
  model: tf.LayersModel,
  images: tf.Tensor,
  gradients: tf.NamedTensorMap = {},
): NonFinite | undefined {
  const look = (): NonFinite | undefined => {
    const nodes = model.layers.flatMap((layer) =>
      layer.inboundNodes.flatMap((node) => node.outputTensors.map((output) => ({ layer, output }))),
    );
    const weightsBefore = new Map(model.layers.map((layer) => [layer, layer.getWeights().every(finite)]));
    const probe = tf.model({ inputs: model.inputs, outputs: nodes.map(({ output }) => output) });
    const outputs = [probe.apply(images, { training: true })].flat() as tf.Tensor[];
    for (const [i, { layer }] of nodes.entries()) {
      if (!weightsBefore.get(layer)) return found(layer, 'weights');
      if (!finite(outputs[i])) return found(layer, 'output');
    }
    for (const layer of model.layers.toReversed()) {
      for (const weight of layer.trainableWeights) {
        const gradient = gradients[(weight.read() as tf.Variable).name];
        if (gradient && !finite(gradient)) return found(layer, 'gradient');
      }
    }
    return undefined;
  };
  return tf.tidy(look as () => NonFinite);
}

/** Returns whether no value is NaN or infinite. */
export function allFinite(values: ArrayLike<number>): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += 0 * values[i]; // NaN after the first value that is not finite
  return sum === 0;
}

function finite(tensor: tf.Tensor): boolean {
  return allFinite(tensor.dataSync());
}

function found(layer: tf.layers.Layer, what: NonFinite['what']): NonFinite {
  return { layer: layer.name, className: layer.getClassName(), what };
}
