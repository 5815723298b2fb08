/** The errors of training and export, beside those that all packages share. */
import { BdEdgeError, UsageError } from '@bd-edge/sdk/internal';

interface LayerDetails extends ErrorOptions {
  layer?: string;
  className?: string;
  reason?: string;
  option?: string;
  received?: unknown;
}

/**
 * A layer that cannot be exported (`not-exportable`), decoupled (`not-decouplable`), trained (`not-trainable`) or
 * counted (`not-countable`), or that was given an option that it does not have (`unsupported-layer-option`).
 */
export class UnsupportedLayerError extends BdEdgeError {
  override readonly name = 'UnsupportedLayerError';
  /** The layer's name in the network. */
  readonly layer?: string;
  /** The layer's class, such as `ReLU`. */
  readonly className?: string;
  /** The clause of the message that names the cause. */
  readonly reason?: string;
  /** The option that the layer does not have. */
  readonly option?: string;
  /** The value of the option. */
  readonly received?: unknown;

  constructor(code: string, message: string, details: LayerDetails = {}) {
    const { layer, className, reason, option, received, cause } = details;
    super(code, message, { cause });
    this.layer = layer;
    this.className = className;
    this.reason = reason;
    this.option = option;
    this.received = received;
  }
}

/** Data, weights or a checkpoint that do not fit the network or the run. */
export class IncompatibleDataError extends UsageError {
  override readonly name = 'IncompatibleDataError';
}

interface TrainingDetails extends ErrorOptions {
  layer?: string;
}

/** A training that cannot continue, or whose result is wrong: a loss that is not finite, an inexact decoupling. */
export class TrainingError extends BdEdgeError {
  override readonly name = 'TrainingError';
  /** The name of the layer at fault, where one is known. */
  readonly layer?: string;

  constructor(code: string, message: string, { layer, cause }: TrainingDetails = {}) {
    super(code, message, { cause });
    this.layer = layer;
  }
}
