/**
 * An activation with any number of levels as a layer (quantizers/quantized-activation.ts): 0, 1/n, ... 1.
 *
 * It is for analysis, such as the question what each additional bit gains. Decoupling and export reject it,
 * since they support only binary and ternary activations.
 */
import { UsageError } from '@bd-edge/sdk/internal';
import { quantizedActivation, staircase } from '../quantizers/index.js';
import * as tf from '../tensorflow/index.js';
import { ActivationLayer, type ActivationLayerArgs } from './activation-layer.js';
import { ANYTHING, type LayerOptions } from './layer-options.js';

export interface QuantizedActivationArgs extends ActivationLayerArgs {
  /** 2 to 256. Set this or `bits`. */
  levels?: number;
  /** 1 to 8, for 2^bits levels. */
  bits?: number;
}

export class QuantizedActivation extends ActivationLayer {
  static className = 'QuantizedActivation';
  static override readonly options: LayerOptions = {
    ...ActivationLayer.options,
    levels: ANYTHING,
    bits: ANYTHING,
  };
  readonly levels: number;

  /** @throws {UsageError} with code `invalid-levels` unless exactly one of the two is given and in range */
  constructor(args: QuantizedActivationArgs = {}) {
    super(args);
    const { levels, bits } = args;
    if ((levels === undefined) === (bits === undefined))
      throw new UsageError(
        'invalid-levels',
        `Received levels ${levels} and bits ${bits}; a quantized activation needs exactly one of them.`,
        { received: { levels, bits } },
      );
    this.levels = staircase(levels ?? 2 ** (bits as number)).steps + 1;
  }

  protected override activate(x: tf.Tensor): tf.Tensor {
    return quantizedActivation(x, staircase(this.levels), this.surrogate);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), levels: this.levels };
  }
}

tf.serialization.registerClass(QuantizedActivation);
