/**
 * The sum of a residual block: y = s(a + b), with s of quantizers/fixed-point.ts.
 *
 * One of the inputs is a stream with the same step. The other need not be rounded; it may be the output of a
 * batch norm. The sum is rounded and clamped once, as in an engine.
 */

import { fixedPoint } from '../quantizers/index.js';
import * as tf from '../tensorflow/index.js';
import { type FixedPointArgs, STREAM_STEP } from './fixed-point.js';
import { checkedStep } from './fixed-point-step.js';
import { ANYTHING, checkedOptions, type LayerOptions } from './layer-options.js';
import { onlyShape } from './quantized-layer.js';

export class FixedPointAdd extends tf.layers.Layer {
  static className = 'FixedPointAdd';
  static readonly options: LayerOptions = { step: ANYTHING };
  readonly step: number;

  /**
   * @throws {UsageError} `invalid-step`, `invalid-layer-option`
   * @throws {UnsupportedLayerError} `unsupported-layer-option`
   */
  constructor(args: FixedPointArgs = {}) {
    super(checkedOptions(new.target, args));
    this.step = checkedStep(args.step ?? STREAM_STEP);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [a, b] = inputs as [tf.Tensor, tf.Tensor];
    return tf.tidy(() => fixedPoint(tf.add(a, b), this.step));
  }

  /** @throws {Error} if the inputs are not two of the same shape */
  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const shapes = inputShape as tf.Shape[];
    const [first, second] = shapes.map((shape) => JSON.stringify(shape));
    if (shapes.length !== 2 || first !== second) {
      throw new Error(`expected two inputs of the same shape; received ${JSON.stringify(shapes)}`);
    }
    return onlyShape(inputShape);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), step: this.step };
  }
}

tf.serialization.registerClass(FixedPointAdd);
