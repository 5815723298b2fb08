/** The weights of layers that read a decoupled activation: each is there twice and half as large. */
import * as tf from '../tensorflow/index.js';

type Config = tf.serialization.ConfigDict;

/** The settings of weight layers that change when the channels of their input double, by class. */
export const WEIGHT_LAYERS: Record<string, (config: Config, pixels: number) => Config> = {
  BinaryConv2D: () => ({ inputCopies: 2 }),
  BinaryDense: (_config, pixels) => ({ inputCopies: 2, inputPixels: pixels }),
  Int8Conv2D: () => ({}),
  // Levels 0, 1/2, 1 become 0, 1 and the scale halves, so the bias keeps both its unit and its integers.
  Int8Dense: ({ inputStep }) => ({ inputStep: 2 * (inputStep as number) }),
  Conv2D: () => ({}),
  Dense: () => ({}),
};

/**
 * Returns the weights of a layer whose input channels double: the kernel as [W/2 | W/2] along them, the bias
 * unchanged.
 *
 * @param pixels the number of pixels that were flattened in front of the channel axis
 */
export function halvedTwice(layer: tf.layers.Layer, pixels: number): tf.Tensor[] {
  const [kernel, ...rest] = layer.getWeights();
  const outputs = kernel.shape.at(-1) as number;
  const window = kernel.shape.slice(0, -2).reduce((product, size) => product * size, pixels);
  const half = tf.div(kernel, 2).reshape([window, -1, outputs]);
  const shape = [...kernel.shape.slice(0, -2), 2 * (kernel.shape.at(-2) as number), outputs];
  return [tf.concat([half, half], 1).reshape(shape), ...rest];
}
