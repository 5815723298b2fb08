/**
 * Adds zero channels behind the existing ones, so that an identity shortcut can be added to a layer with more
 * channels. (TensorFlow.js only pads rows and columns.)
 */
import * as tf from '../tensorflow/index.js';
import { checkedOptions, integer, type LayerOptions, required } from './layer-options.js';
import { onlyShape, onlyTensor } from './quantized-layer.js';

export interface PadChannelsArgs extends NonNullable<ConstructorParameters<typeof tf.layers.Layer>[0]> {
  /** The number of zero channels to add, at least 0. */
  channels: number;
}

export class PadChannels extends tf.layers.Layer {
  static className = 'PadChannels';
  static readonly options: LayerOptions = { channels: required(integer(0)) };
  readonly channels: number;

  /**
   * @throws {UsageError} `invalid-layer-option`
   * @throws {UnsupportedLayerError} `unsupported-layer-option`
   */
  constructor(args: PadChannelsArgs) {
    super(checkedOptions(new.target, args));
    this.channels = args.channels;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const input = onlyTensor(inputs);
      return tf.pad(
        input,
        input.shape.map((_, axis): [number, number] => [0, axis === input.rank - 1 ? this.channels : 0]),
      );
    });
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const shape = onlyShape(inputShape);
    const channels = shape.at(-1) as number;
    return [...shape.slice(0, -1), channels + this.channels];
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), channels: this.channels };
  }
}

tf.serialization.registerClass(PadChannels);
