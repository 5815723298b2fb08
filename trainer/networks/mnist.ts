/**
 * The coupled MNIST network, 16-23-32 channels: 28x28x1 pixels, 10 logits.
 *
 *     int8 3x3 conv 16, pool, BN, ternary -> binary 3x3 conv 23, pool, BN, ternary
 *       -> binary 3x3 conv 32, pool, BN, ternary -> flatten -> int8 dense 10
 *
 * Pooling comes before batch norm and activation, as in the BinaryDuo paper's VGG. Decoupled, the inner layers have
 * 32 and 46 input channels: 23 is about 32 / sqrt 2, so that both forms have a like number of weights a layer.
 */
import * as tf from '@tensorflow/tfjs';
import { BinaryConv2D, Int8Conv2D, Int8Dense, TernaryActivation } from '../layers/index.js';
import { Random } from '../random.js';

/** A short memory, for training runs of a few epochs: tfjs's .99 remembers the noisy first steps. */
const BATCH_NORM_MOMENTUM = 0.9;

export function mnistNetwork(seed: number): tf.LayersModel {
  const random = new Random(seed);
  const conv = { kernelSize: 3, padding: 'same' } as const;
  const binary = () => ({ ...conv, clipLatents: true, seed: random.seed() });
  return tf.sequential({
    name: 'mnist',
    layers: [
      new Int8Conv2D({ ...conv, filters: 16, seed: random.seed(), inputShape: [28, 28, 1], name: 'conv1' }),
      ...activation('1'),
      new BinaryConv2D({ ...binary(), filters: 23, name: 'conv2' }),
      ...activation('2'),
      new BinaryConv2D({ ...binary(), filters: 32, name: 'conv3' }),
      ...activation('3'),
      tf.layers.flatten({ name: 'flatten' }),
      new Int8Dense({ units: 10, inputStep: 0.5, seed: random.seed(), name: 'logits' }),
    ],
  });
}

function activation(number: string): tf.layers.Layer[] {
  return [
    tf.layers.maxPooling2d({ poolSize: 2, name: `pool${number}` }),
    tf.layers.batchNormalization({ momentum: BATCH_NORM_MOMENTUM, name: `norm${number}` }),
    new TernaryActivation({ name: `ternary${number}` }),
  ];
}
