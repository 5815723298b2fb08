import { DeviceError, FileError } from '@bd-edge/sdk/internal';
import * as protocol from '../link/protocol.js';

/** The line is open but no answer comes. */
export class NoAnswerError extends DeviceError {
  override readonly name = 'NoAnswerError';
}

/** Bytes come, but not those of a board that speaks this protocol. */
export class NonsenseError extends DeviceError {
  override readonly name = 'NonsenseError';
}

/** The board speaks another version of the protocol. */
export class ProtocolVersionError extends DeviceError {
  override readonly name = 'ProtocolVersionError';

  constructor(
    readonly received: number,
    readonly supported: number,
  ) {
    super(
      `The board speaks version ${received} of the link protocol and this release version ${supported}; ` +
        `update ${received < supported ? "the board's firmware" : 'bd-edge'}.`,
    );
  }
}

/** The model on the board has a larger input than the image. */
export class ImageTooShortError extends FileError {
  override readonly name = 'ImageTooShortError';

  constructor(readonly received: number) {
    super(`The model on the board takes more than the ${received} bytes of this image; resize it first.`);
  }
}

/** The board refused a request. Nothing has changed on it: what was active still is. */
export class BoardError extends DeviceError {
  override readonly name = 'BoardError';

  constructor(
    /** One of the `ERROR_*` codes of firmware-host/link/protocol.ts. */
    readonly number: number,
    /** The number that goes with the code, or 0. */
    readonly detail: number,
    /** The board's own words; may be empty. */
    readonly reason: string,
  ) {
    const said = reason === '' ? '' : ` (${reason})`;
    super(
      `The board ${EXPLANATIONS[number]?.(detail) ?? `refused with code ${number}, detail ${detail}`}${said}.`,
    );
  }
}

const EXPLANATIONS: Record<number, (detail: number) => string> = {
  [protocol.ERROR_UNKNOWN_TYPE]: (type) => `does not know messages of type ${type}; update its firmware`,
  [protocol.ERROR_MALFORMED]: () => 'received a message that it cannot read; update its firmware',
  [protocol.ERROR_TOO_LARGE]: (bytes) => `can store at most ${bytes} bytes of this; export a smaller network`,
  [protocol.ERROR_NO_UPLOAD]: () => 'was not told what is uploaded; deploy again',
  [protocol.ERROR_DIGEST_MISMATCH]: () => 'received an upload whose digest is wrong; deploy again',
  [protocol.ERROR_STORE]: () => 'could not write to its storage; deploy again, or replace the board',
  [protocol.ERROR_NOT_STAGED]: (slot) =>
    `does not hold the ${slot === protocol.SLOT_ENGINE ? 'engine' : 'model'} that it should use; deploy again`,
  [protocol.ERROR_OUT_OF_MEMORY]: (bytes) =>
    `has too little memory for this engine and model${bytes > 0 ? `, which need ${bytes} bytes` : ''}; ` +
    'export a smaller network',
  [protocol.ERROR_ENGINE]: () => 'cannot start this engine; use the one that ships with bd-edge',
  [protocol.ERROR_ENGINE_ABI]: (abi) => `cannot use an engine of version ${abi}; update the board's firmware`,
  [protocol.ERROR_MODEL]: (answer) => `refuses the model with code ${answer & 0xff}; export it again`,
  [protocol.ERROR_NOTHING_ACTIVE]: () => 'has no model; deploy one first',
  [protocol.ERROR_IMAGE_SIZE]: (bytes) => `takes images of ${bytes} bytes; resize them first`,
  [protocol.ERROR_TRAPPED]: () =>
    'stopped while it ran the model, so its engine is at fault; deploy another one',
};
