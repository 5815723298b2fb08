import { DeviceError, FileError } from '@bd-edge/sdk/internal';
import { digestHex } from '../link/digest.js';

/** The board's memory does not hold the model; found out before anything is sent. */
export class NotEnoughMemoryError extends DeviceError {
  override readonly name = 'NotEnoughMemoryError';

  constructor(
    /** Bytes for the engine's data, the model and its arena. */
    readonly needed: number,
    readonly available: number,
    /** The same with the weights left in flash; undefined if they cannot be, on this board or by this engine. */
    readonly neededWithoutWeights?: number,
  ) {
    const left =
      neededWithoutWeights === undefined ? '' : `, ${neededWithoutWeights} with its weights left in flash,`;
    const least = Math.min(needed, neededWithoutWeights ?? needed);
    super(
      `The model needs ${needed} bytes of memory${left} and the board has ${available}: ${least - available} too ` +
        'few. Export a smaller network or take a larger board.',
    );
  }
}

/** The board's firmware was made for other engines; found out before anything is sent. */
export class EngineAbiError extends DeviceError {
  override readonly name = 'EngineAbiError';

  constructor(
    readonly received: number,
    readonly supported: number,
  ) {
    super(
      `The board's firmware works with engines of version ${received}, and this release ships version ${supported}; ` +
        'update the firmware, or pass an engine that was made for it.',
    );
  }
}

/** An engine was to be sent to a board that has its own built into its firmware; found out before anything is sent. */
export class BuiltInEngineError extends DeviceError {
  override readonly name = 'BuiltInEngineError';

  constructor(
    /** SHA-256 of the board's engine. */
    readonly digest: Uint8Array,
  ) {
    super(
      `The board's firmware has its engine built in (${digestHex(digest).slice(0, 12)}) and takes no other; leave the ` +
        'engine away, or flash firmware with the interpreter.',
    );
  }
}

/** What was given as an engine is none; found out before anything is sent. */
export class InvalidEngineError extends FileError {
  override readonly name = 'InvalidEngineError';

  constructor(readonly received: Uint8Array) {
    super(
      `The engine is no WebAssembly module: it has ${received.length} bytes and does not begin as one; leave it ` +
        'away for the one of this package that fits the board.',
    );
  }
}

/** The board says that it took everything, and then says otherwise. */
export class DeployError extends DeviceError {
  override readonly name = 'DeployError';
}
