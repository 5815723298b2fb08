/** A dense layer with quantized weights: kernel [in, out], input [batch, in]. */
import * as tf from '../tensorflow/index.js';
import { COUNT, inputShapeOf, type LayerOptions, required } from './layer-options.js';
import { onlyShape, onlyTensor, QuantizedLayer, type QuantizedLayerArgs } from './quantized-layer.js';

export interface QuantizedDenseArgs extends QuantizedLayerArgs {
  /** The number of outputs. */
  units: number;
}

export abstract class QuantizedDense extends QuantizedLayer {
  static override readonly options: LayerOptions = { units: required(COUNT), ...QuantizedLayer.options };
  readonly units: number;

  constructor(args: QuantizedDenseArgs) {
    super(args);
    this.units = args.units;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const expected = 'vectors [batch, values] of one input; put a Flatten layer before it';
    const inputs = inputShapeOf(this, inputShape, { rank: 2, expected, known: 1 })[1] as number;
    this.addKernel([inputs, this.units], inputs + this.units);
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const { integers, scale } = this.integerKernel();
      const sums = tf.matMul(onlyTensor(inputs) as tf.Tensor2D, integers as tf.Tensor2D);
      return tf.mul(typeof scale === 'number' ? this.addBias(sums, scale) : sums, scale);
    });
  }

  /** Adds a bias to the sums before they are scaled. */
  protected addBias(sums: tf.Tensor, _scale: number): tf.Tensor {
    return sums;
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return [onlyShape(inputShape)[0], this.units];
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), units: this.units };
  }
}
