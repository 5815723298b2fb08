/**
 * Dropout (Srivastava et al. 2014) whose masks depend on the seed of the training:
 *
 *     y = x * mask / (1 - rate),   each value of the mask 0 with probability `rate`, else 1
 *
 * With a seed, TensorFlow.js's layer draws the same mask at every step, which trains one fixed part of the
 * network; without a seed, its masks cannot be repeated. Here each step has a seed, so masks differ from step
 * to step, and a resumed training has the same masks as an uninterrupted one. Everything else (prediction,
 * the name in files) is that of TensorFlow.js's layer.
 */

import { Random } from '../numbers/random.js';
import * as tf from '../tensorflow/index.js';
import { checkedOptions, FINITE, type LayerOptions, number, required } from './layer-options.js';
import { onlyTensor } from './quantized-layer.js';

type DropoutArgs = Parameters<typeof tf.layers.dropout>[0];

/** The members of TensorFlow.js's layer, whose type is not exported. */
interface TfDropout extends tf.layers.Layer {
  readonly rate: number;
  getNoiseShape(input: tf.Tensor): number[] | undefined;
}

type Constructor = tf.serialization.SerializableConstructor<TfDropout> &
  (new (
    args: DropoutArgs,
  ) => TfDropout);

const TfDropout = tf.layers.dropout({ rate: 0 }).constructor as Constructor;

/** The generator of the current step; undefined outside of a step. */
let masks: Random | undefined;

/**
 * Runs a step of training, in which dropout layers draw their masks from `seed`, one after another. The same
 * seed gives the same masks.
 *
 * @returns the result of `compute`
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

/** Its setting `seed` has an effect only outside of `train`, as in TensorFlow.js. */
export class Dropout extends TfDropout {
  static override className = 'Dropout';
  static readonly options: LayerOptions = {
    rate: required(number('a number from 0 to 1', (value) => value >= 0 && value <= 1)),
    noiseShape: { expected: 'an array', accepts: Array.isArray },
    seed: FINITE,
  };

  /**
   * @throws {UsageError} `invalid-layer-option`
   * @throws {UnsupportedLayerError} `unsupported-layer-option`
   */
  constructor(args: DropoutArgs) {
    super(checkedOptions(new.target, args));
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor | tf.Tensor[] {
    const { rate } = this;
    if (!masks || !kwargs.training || rate === 0 || rate === 1) return super.call(inputs, kwargs);
    const x = onlyTensor(inputs);
    return tf.dropout(x, rate, this.getNoiseShape(x), masks.seed());
  }
}

tf.serialization.registerClass(Dropout);
