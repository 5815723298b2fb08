/** Checks before the first step of a training whether the backend in use can train every layer. */
import { UnsupportedLayerError } from '../errors.js';
import * as tf from '../tensorflow/index.js';
import { leavesGaps } from './native/gradient-guard.js';

/** Layers whose gradients are those of a convolution. */
const CONVOLUTIONS = ['Conv2D', 'Int8Conv2D', 'BinaryConv2D'];

interface ConvolutionConfig {
  kernelSize: [number, number];
  strides: [number, number];
}

/**
 * @throws {UnsupportedLayerError} with code `not-trainable` for a convolution with strides larger than its
 *   kernel, on the native backend
 */
export function requireTrainableLayers(model: tf.LayersModel): void {
  if (tf.getBackend() !== 'tensorflow') return;
  for (const layer of model.layers) {
    const className = layer.getClassName();
    if (!CONVOLUTIONS.includes(className)) continue;
    const { kernelSize, strides } = layer.getConfig() as unknown as ConvolutionConfig;
    if (!leavesGaps(kernelSize, strides)) continue;
    const reason = `its strides of ${strides.join(' x ')} are larger than its kernel of ${kernelSize.join(' x ')}`;
    throw new UnsupportedLayerError(
      'not-trainable',
      `Layer "${layer.name}" (${className}) cannot be trained on the native backend: ${reason}; pool or crop before it, or train on the wasm backend.`,
      { layer: layer.name, className, reason },
    );
  }
}
