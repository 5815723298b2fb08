/**
 * An activation of any number of levels as a layer (see quantizers/quantized-activation.ts): 0, 1/n, ... 1.
 *
 * For analysis, such as the question what each further bit would bring. Decoupling takes a TernaryActivation apart, and
 * the buffer holds binary and ternary activations: neither knows this one, and both say so.
 */

import { InvalidLevelsError, quantizedActivation, staircase } from '../quantizers/index.js';
import * as tf from '../tensorflow/index.js';
import { ActivationLayer, type ActivationLayerArgs } from './activation-layer.js';

export interface QuantizedActivationArgs extends ActivationLayerArgs {
  /** 2 to 256. Give this or `bits`. */
  levels?: number;
  /** 1 to 8, for 2^bits levels. */
  bits?: number;
}

export class QuantizedActivation extends ActivationLayer {
  static className = 'QuantizedActivation';
  readonly levels: number;

  /** @throws InvalidLevelsError where the levels are not given once, or out of range */
  constructor(args: QuantizedActivationArgs) {
    super(args);
    const { levels, bits } = args;
    if ((levels === undefined) === (bits === undefined)) {
      throw new InvalidLevelsError(
        `A quantized activation got levels ${levels} and bits ${bits}; give one of the two.`,
      );
    }
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
