/**
 * Dropout (Srivastava et al. 2014) whose masks follow the training's seed:
 *
 *     y = x * mask / (1 - rate),   each value of the mask 0 with probability `rate`, else 1
 *
 * TensorFlow.js's layer draws the same mask at every step where it has a seed, which trains one fixed part of the
 * network, and masks that never come again where it has none. Here each step has a seed, so masks differ from step to
 * step, and a training that was killed and resumed sees those that it would have seen. All else (prediction, the name
 * in files) is TensorFlow.js's own layer.
 */

import { Random } from '../numbers/random.js';
import * as tf from '../tensorflow/index.js';
import { onlyTensor } from './quantized-layer.js';

type DropoutArgs = Parameters<typeof tf.layers.dropout>[0];

/** What TensorFlow.js's layer has, and does not export. */
interface TfDropout extends tf.layers.Layer {
  readonly rate: number;
  getNoiseShape(input: tf.Tensor): number[] | undefined;
}

type Constructor = tf.serialization.SerializableConstructor<TfDropout> &
  (new (
    args: DropoutArgs,
  ) => TfDropout);

const TfDropout = tf.layers.dropout({ rate: 0 }).constructor as Constructor;

/** Of the step that is computed now; undefined outside of one. */
let masks: Random | undefined;

/**
 * What `compute`, a step of training, returns. Its dropout layers draw their masks from `seed`, one after the other: the
 * same seed, the same masks.
 */
export function withMasks<T>(seed: number, compute: () => T): T {
  const before = masks;
  masks = new Random(seed);
  try {
    return compute();
  } finally {
    masks = before;
  }
}

/** Its own `seed` counts outside of `train` only, and there as TensorFlow.js has it. */
export class Dropout extends TfDropout {
  static override className = 'Dropout';

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor | tf.Tensor[] {
    const { rate } = this;
    if (!masks || !kwargs.training || rate === 0 || rate === 1) return super.call(inputs, kwargs);
    const x = onlyTensor(inputs);
    return tf.dropout(x, rate, this.getNoiseShape(x), masks.seed());
  }
}

tf.serialization.registerClass(Dropout);
