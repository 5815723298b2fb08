/** The errors of training and export, beside those that all packages share. */
import { BdEdgeError, UsageError } from '@bd-edge/sdk/internal';

interface LayerDetails extends ErrorOptions {
  layer?: string;
}

/** A layer that cannot be trained, decoupled, counted or exported. */
export class UnsupportedLayerError extends BdEdgeError {
  override readonly name = 'UnsupportedLayerError';
  /** The layer's name in the network. */
  readonly layer?: string;

  constructor(code: string, message: string, { layer, cause }: LayerDetails = {}) {
    super(code, message, { cause });
    this.layer = layer;
  }
}

/** Data, weights or a checkpoint that do not fit the network or the run. */
export class IncompatibleDataError extends UsageError {
  override readonly name = 'IncompatibleDataError';
}

/** A training that cannot continue, or whose result is wrong: a loss that is not finite, an inexact decoupling. */
export class TrainingError extends BdEdgeError {
  override readonly name = 'TrainingError';
}
