import { type Fields, MalformedMessageError, type Message, type Values } from '../link/record.js';
import { NonsenseError } from './errors.js';

/** @throws {NonsenseError} where the payload is not one of such a message */
export function decodeAnswer<F extends Fields>(
  message: Message<F>,
  payload: Uint8Array,
  port: string,
): Values<F> {
  try {
    return message.decode(payload);
  } catch (error) {
    if (error instanceof MalformedMessageError) throw nonsense(port, error.message, error);
    throw error;
  }
}

export function nonsense(port: string, what: string, cause?: Error): NonsenseError {
  return new NonsenseError(
    `The board at ${port} answered what no board should: ${what.replace(/\.$/, '')}; update its firmware.`,
    { cause },
  );
}
