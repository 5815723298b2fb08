/**
 * A dense layer with int8 weights and an integer bias, usually the last layer of a network:
 *
 *     logits = s * (x . q + b * inputStep)
 *
 * `inputStep` is the distance between the levels of the inputs, so that x . q is an integer number of steps:
 * 1/2 behind a ternary activation, 1 behind binary ones. All classes share the scale, so the integers alone
 * decide about the class.
 */

import { int8Weights, integerBias, type ScaledIntegers, straightThrough } from '../quantizers/index.js';
import * as tf from '../tensorflow/index.js';
import { BOOLEAN, type LayerOptions, POSITIVE } from './layer-options.js';
import { QuantizedDense, type QuantizedDenseArgs } from './quantized-dense.js';

export interface Int8DenseArgs extends QuantizedDenseArgs {
  /** Default: true. */
  useBias?: boolean;
  /** The bias is a multiple of `scale * inputStep`: 0.5 for ternary inputs, 1 for binary ones. Default: 1. */
  inputStep?: number;
}

export class Int8Dense extends QuantizedDense {
  static className = 'Int8Dense';
  static override readonly options: LayerOptions = {
    ...QuantizedDense.options,
    useBias: BOOLEAN,
    inputStep: POSITIVE,
  };
  readonly useBias: boolean;
  readonly inputStep: number;
  private bias: tf.LayerVariable | null = null;

  constructor(args: Int8DenseArgs) {
    super(args);
    this.useBias = args.useBias ?? true;
    this.inputStep = args.inputStep ?? 1;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    super.build(inputShape);
    if (this.useBias) this.bias = this.addWeight('bias', [this.units], 'float32', tf.initializers.zeros());
  }

  protected override quantize(latents: Float32Array): ScaledIntegers {
    return int8Weights(latents);
  }

  protected override addBias(sums: tf.Tensor, scale: number): tf.Tensor {
    const integers = this.quantizedBias(scale);
    if (!this.bias || !integers) return sums;
    const steps = Float32Array.from(integers, (value) => value * this.inputStep);
    return tf.add(sums, straightThrough(this.bias.read(), steps, scale));
  }

  private quantizedBias(scale: number): Int32Array | null {
    if (!this.bias) return null;
    return integerBias(this.bias.read().dataSync() as Float32Array, scale * this.inputStep);
  }

  /** Returns the weights of an engine: kernel order [in, out]; `bias` counts steps of `scale * inputStep`. */
  integerWeights(): { values: Int8Array; scale: number; bias: Int32Array | null } {
    const { values, scale } = this.quantizedKernel();
    return { values, scale, bias: this.quantizedBias(scale) };
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), useBias: this.useBias, inputStep: this.inputStep };
  }
}

tf.serialization.registerClass(Int8Dense);
