/**
 * The base of layers with quantized activations: they have a surrogate for the backward pass and keep the
 * shape.
 */
import { type Surrogate, surrogateNamed } from '../quantizers/index.js';
import * as tf from '../tensorflow/index.js';
import { ANYTHING, checkedOptions, type LayerOptions } from './layer-options.js';
import { onlyTensor } from './quantized-layer.js';

type LayerArgs = NonNullable<ConstructorParameters<typeof tf.layers.Layer>[0]>;

export interface ActivationLayerArgs extends LayerArgs {
  /** The name of the surrogate of the backward pass (quantizers/surrogates). Default: 'relu1'. */
  surrogate?: string;
}

export abstract class ActivationLayer extends tf.layers.Layer {
  static readonly options: LayerOptions = { surrogate: ANYTHING };
  readonly surrogate: Surrogate;

  /**
   * @throws {UsageError} `unknown-surrogate`, `invalid-layer-option`
   * @throws {UnsupportedLayerError} `unsupported-layer-option`
   */
  constructor(args: ActivationLayerArgs = {}) {
    super(checkedOptions(new.target, args));
    this.surrogate = surrogateNamed(args.surrogate ?? 'relu1');
  }

  protected abstract activate(x: tf.Tensor): tf.Tensor;

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => this.activate(onlyTensor(inputs)));
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return inputShape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), surrogate: this.surrogate.name };
  }
}
