import { BdEdgeError, FileError } from '../errors.js';

/** The wasm that should be an engine is none, is one of another version, is not there, or may not run here. */
export class EngineError extends FileError {
  override readonly name = 'EngineError';
}

/** A thread that a network runs on does not start, is gone, or does not answer. */
export class ThreadLostError extends BdEdgeError {
  override readonly name = 'ThreadLostError';
}

/** The image does not have the bytes that the network's input has. */
export class ImageError extends FileError {
  override readonly name = 'ImageError';

  constructor(
    readonly received: number,
    readonly expected: number,
    shape?: { height: number; width: number; channels: number },
  ) {
    const meaning = shape
      ? ` (${shape.height} x ${shape.width} x ${shape.channels}, one byte a channel)`
      : '';
    super(
      `The image has ${received} bytes but the network takes ${expected}${meaning}; resize or convert it first.`,
    );
  }
}
