/**
 * Fixed-point numbers as a layer (quantizers/fixed-point.ts). It begins a residual stream, and it rounds
 * pooled or normalized values for an int8 layer.
 */

import { fixedPoint } from '../quantizers/index.js';
import * as tf from '../tensorflow/index.js';
import { checkedStep } from './fixed-point-step.js';
import { ANYTHING, checkedOptions, type LayerOptions } from './layer-options.js';
import { onlyTensor } from './quantized-layer.js';

export interface FixedPointArgs extends NonNullable<ConstructorParameters<typeof tf.layers.Layer>[0]> {
  /** The distance between levels, a power of two. Default: 1/64, so from -512 to 511.98. */
  step?: number;
}

/**
 * The default step: fine in relation to the thresholds 1/4 and 3/4, with room for the sums of many blocks.
 */
export const STREAM_STEP = 2 ** -6;

export class FixedPoint extends tf.layers.Layer {
  static className = 'FixedPoint';
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
    return tf.tidy(() => fixedPoint(onlyTensor(inputs), this.step));
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return inputShape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), step: this.step };
  }
}

tf.serialization.registerClass(FixedPoint);
