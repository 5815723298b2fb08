/** The binary activation as a layer (quantizers/binary-activation.ts), for decoupled networks. */
import { binaryActivation } from '../quantizers/index.js';
import * as tf from '../tensorflow/index.js';
import { ActivationLayer, type ActivationLayerArgs } from './activation-layer.js';
import { FINITE, type LayerOptions } from './layer-options.js';

export interface BinaryActivationArgs extends ActivationLayerArgs {
  /** The smallest input that gives 1. Default: 0.5. */
  threshold?: number;
}

export class BinaryActivation extends ActivationLayer {
  static className = 'BinaryActivation';
  static override readonly options: LayerOptions = { ...ActivationLayer.options, threshold: FINITE };
  readonly threshold: number;

  constructor(args: BinaryActivationArgs = {}) {
    super(args);
    this.threshold = args.threshold ?? 0.5;
  }

  protected override activate(x: tf.Tensor): tf.Tensor {
    return binaryActivation(x, this.threshold, this.surrogate);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), threshold: this.threshold };
  }
}

tf.serialization.registerClass(BinaryActivation);
