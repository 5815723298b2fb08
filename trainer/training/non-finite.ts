/** Where a training went wrong: the layer whose numbers were the first not to be finite. */
import * as tf from '../tensorflow/index.js';

/** A layer of a model, and what of it is not finite. */
export type NonFinite = {
  layer: string;
  className: string;
  what: 'weights' | 'output' | 'gradient';
};

/**
 * Looks in the order of computation: layer by layer, its weights, then its output in training mode; then the gradients
 * of the weights, which are computed from the last layer to the first. Slow, and meant for after the accident; the
 * forward pass moves the statistics of batch norms.
 *
 * @param gradients by variable name, as `tf.variableGrads` gives them
 * @returns undefined where all is finite, as with a loss that overflows only when it is summed
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

/** No NaN and no infinity among the values. */
export function allFinite(values: ArrayLike<number>): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += 0 * values[i]; // NaN from the first one that is not finite
  return sum === 0;
}

function finite(tensor: tf.Tensor): boolean {
  return allFinite(tensor.dataSync());
}

function found(layer: tf.layers.Layer, what: NonFinite['what']): NonFinite {
  return { layer: layer.name, className: layer.getClassName(), what };
}
