import { DeviceError } from '@bd-edge/sdk/internal';
import * as protocol from './link/protocol.js';

/** The connection ended while it was in use: unplugged, cut, or closed by the other side. */
export class ConnectionLostError extends DeviceError {
  override readonly name = 'ConnectionLostError';

  /** @param reason completes the sentence "The connection to ... was lost: ..." */
  constructor(port: string, reason: string, options?: ErrorOptions) {
    super('connection-lost', `The connection to ${port} was lost: ${reason}.`, {
      port,
      cause: options?.cause,
    });
  }
}

/** The device sent something that no firmware of this project sends. */
export class InvalidResponseError extends DeviceError {
  override readonly name = 'InvalidResponseError';

  /** @param problem completes the sentence "Invalid response from ...: ..." */
  constructor(port: string, problem: string, options?: ErrorOptions) {
    super('invalid-response', `Invalid response from ${port}: ${problem.replace(/\.$/, '')}.`, {
      port,
      cause: options?.cause,
    });
  }
}

/** The board rejected a request. Its state is unchanged: the active model stays active. */
export class BoardError extends DeviceError {
  override readonly name = 'BoardError';

  constructor(
    port: string,
    /** One of the `ERROR_*` numbers of firmware-host/link/protocol.ts. */
    readonly number: number,
    /** The number that belongs to the error, such as a size; 0 if there is none. */
    readonly detail: number,
    /** The board's own message; may be empty. */
    readonly reason: string,
  ) {
    const { code, problem } = PROBLEMS[number] ?? UNKNOWN;
    const message = problem(detail, number);
    super(code, `The board ${message}${reason === '' ? '' : ` (${reason})`}.`, { port });
  }
}

interface Problem {
  code: string;
  /** Completes the sentence "The board ...". */
  problem: (detail: number, number: number) => string;
}

const UNKNOWN: Problem = {
  code: 'board-error',
  problem: (detail, number) => `rejected the request with error ${number}, detail ${detail}`,
};

const PROBLEMS: Record<number, Problem> = {
  [protocol.ERROR_UNKNOWN_TYPE]: {
    code: 'unknown-message-type',
    problem: (type) => `does not support messages of type ${type}; update its firmware`,
  },
  [protocol.ERROR_MALFORMED]: {
    code: 'malformed-message',
    problem: () => 'could not read a message; update its firmware',
  },
  [protocol.ERROR_TOO_LARGE]: {
    code: 'upload-too-large',
    problem: (bytes) => `can store at most ${bytes} bytes of this upload; export a smaller network`,
  },
  [protocol.ERROR_NO_UPLOAD]: {
    code: 'no-upload',
    problem: () => 'has no upload in progress; deploy again',
  },
  [protocol.ERROR_DIGEST_MISMATCH]: {
    code: 'digest-mismatch',
    problem: () => 'received an upload with the wrong SHA-256; deploy again',
  },
  [protocol.ERROR_STORE]: {
    code: 'storage-failed',
    problem: () => 'could not write to its storage; deploy again, or replace the board',
  },
  [protocol.ERROR_NOT_STAGED]: {
    code: 'not-staged',
    problem: (slot) =>
      `does not have the requested ${slot === protocol.SLOT_ENGINE ? 'engine' : 'model'}; deploy again`,
  },
  [protocol.ERROR_OUT_OF_MEMORY]: {
    code: 'out-of-memory',
    problem: (bytes) =>
      `has too little memory for this engine and model${bytes > 0 ? `, which need ${bytes} bytes` : ''}; ` +
      'export a smaller network',
  },
  [protocol.ERROR_ENGINE]: {
    code: 'invalid-engine',
    problem: () => 'cannot start this engine; use the one that ships with bd-edge',
  },
  [protocol.ERROR_ENGINE_ABI]: {
    code: 'incompatible-engine',
    problem: (abi) => `cannot use an engine of version ${abi}; update its firmware`,
  },
  [protocol.ERROR_MODEL]: {
    code: 'invalid-model',
    problem: (answer) => `rejected the model with code ${answer & 0xff}; export it again`,
  },
  [protocol.ERROR_NOTHING_ACTIVE]: {
    code: 'no-active-model',
    problem: () => 'has no active model; deploy one first',
  },
  [protocol.ERROR_IMAGE_SIZE]: {
    code: 'invalid-image-size',
    problem: (bytes) => `expects images of ${bytes} bytes; resize them first`,
  },
  [protocol.ERROR_TRAPPED]: {
    code: 'engine-trapped',
    problem: () => 'stopped the engine while it ran the model; deploy another engine',
  },
  [protocol.ERROR_UNKNOWN_ENGINE]: {
    code: 'unknown-engine',
    problem: () =>
      "accepts only the engines that its firmware knows, and this one is none of them; use the bd-edge of the firmware's " +
      'release, update the firmware, or build it with --any-engine for your own engines',
  },
};
