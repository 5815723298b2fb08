import { InvalidResponseError } from '../errors.js';
import { type Fields, MalformedMessageError, type Message, type Values } from '../link/record.js';

/**
 * Decodes a reply.
 *
 * @throws {InvalidResponseError} if the payload does not match the message
 */
export function decodeAnswer<F extends Fields>(
  message: Message<F>,
  payload: Uint8Array,
  port: string,
): Values<F> {
  try {
    return message.decode(payload);
  } catch (error) {
    if (error instanceof MalformedMessageError) {
      throw new InvalidResponseError(port, error.message, { cause: error });
    }
    throw error;
  }
}
