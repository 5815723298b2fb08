/** The fixed-point ReLU as a layer (quantizers/fixed-point-relu.ts): 8-bit activations. */
import { fixedPointRelu } from '../quantizers/index.js';
import * as tf from '../tensorflow/index.js';
import { checkedStep } from './fixed-point-step.js';
import { ANYTHING, checkedOptions, type LayerOptions } from './layer-options.js';
import { onlyTensor } from './quantized-layer.js';

export interface FixedPointReluArgs extends NonNullable<ConstructorParameters<typeof tf.layers.Layer>[0]> {
  /**
   * The distance between levels, a power of two. The largest level is 255 steps. Default: 1/16, so up to
   * 15.94.
   */
  step?: number;
}

/** An `Int8Dense` behind it needs `inputStep: step`. */
export class FixedPointRelu extends tf.layers.Layer {
  static className = 'FixedPointRelu';
  static readonly options: LayerOptions = { step: ANYTHING };
  readonly step: number;

  /**
   * @throws {UsageError} `invalid-step`, `invalid-layer-option`
   * @throws {UnsupportedLayerError} `unsupported-layer-option`
   */
  constructor(args: FixedPointReluArgs = {}) {
    super(checkedOptions(new.target, args));
    this.step = checkedStep(args.step ?? 1 / 16);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => fixedPointRelu(onlyTensor(inputs), this.step));
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return inputShape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), step: this.step };
  }
}

tf.serialization.registerClass(FixedPointRelu);
