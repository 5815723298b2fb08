/**
 * The sum of a residual block: y = s(a + b), with s of quantizers/fixed-point.ts.
 *
 * One of the two is a stream of the same step; the other may be unrounded, a batch norm's output say. Their sum is
 * rounded and clamped once, as an engine does it.
 */

import { fixedPoint } from '../quantizers/index.js';
import * as tf from '../tensorflow/index.js';
import { type FixedPointArgs, STREAM_STEP } from './fixed-point.js';
import { checkedStep } from './fixed-point-step.js';
import { onlyShape } from './quantized-layer.js';

export class FixedPointAdd extends tf.layers.Layer {
  static className = 'FixedPointAdd';
  readonly step: number;

  /** @throws {FixedPointStepError} */
  constructor(args: FixedPointArgs = {}) {
    super(args);
    this.step = checkedStep(args.step ?? STREAM_STEP);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [a, b] = inputs as [tf.Tensor, tf.Tensor];
    return tf.tidy(() => fixedPoint(tf.add(a, b), this.step));
  }

  /** @throws {Error} if there are not two inputs of one shape */
  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const shapes = inputShape as tf.Shape[];
    const [first, second] = shapes.map((shape) => JSON.stringify(shape));
    if (shapes.length !== 2 || first !== second) {
      throw new Error(
        `a sum of fixed-point numbers takes two inputs of one shape, not ${JSON.stringify(shapes)}`,
      );
    }
    return onlyShape(inputShape);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), step: this.step };
  }
}

tf.serialization.registerClass(FixedPointAdd);
