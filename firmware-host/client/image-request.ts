import { DeviceError, FileError } from '@bd-edge/sdk/internal';
import { InvalidResponseError } from '../errors.js';
import { PARTIAL } from '../link/messages.js';
import type { Fields, Message, Values } from '../link/record.js';
import { decodeAnswer } from './decode-answer.js';
import { NO_RESPONSE, type RequestQueue } from './request-queue.js';
import type { RequestOptions } from './request-window.js';

/** A request that carries an image, in as many messages as it takes. */
export interface ImageRequest<Request extends Fields, Reply extends Fields> {
  request: Message<Request>;
  reply: Message<Reply>;
  image: Uint8Array;
  /** Bytes of the longest payload that the board accepts. */
  maxPayload: number;
  /** Returns the fields of the message that carries the piece at this offset. */
  fields: (offset: number, bytes: Uint8Array) => Values<Request>;
}

/**
 * Sends an image and waits for the reply to its last piece.
 *
 * A board assembles an image from consecutive pieces, and the first piece of another image starts over. If one of
 * several pieces is lost, all of them are sent again in a row.
 *
 * @throws {FileError} `image-too-short` if the board expects more bytes
 * @throws as {@link RequestQueue.request}
 */
export async function requestWithImage<Request extends Fields, Reply extends Fields>(
  queue: RequestQueue,
  port: string,
  imageRequest: ImageRequest<Request, Reply>,
  { retries, ...options }: RequestOptions,
): Promise<Values<Reply>> {
  const { request, reply, image } = imageRequest;
  const pieces = piecesOf(imageRequest);
  const single = pieces.length === 1;
  const replies = [reply.type, PARTIAL.type];
  const once = { ...options, retries: single ? retries : 0 };
  for (let attempt = 0; ; attempt++) {
    const sent = pieces.map((piece) => queue.request(request.type, piece, replies, once));
    const settled = await Promise.allSettled(sent);
    const failures = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    const fatal = failures.find((failure) => !isNoResponse(failure));
    if (fatal !== undefined) throw fatal;
    const last = settled[settled.length - 1];
    if (last.status === 'fulfilled') {
      const { type, payload } = last.value;
      if (type === reply.type) return decodeAnswer(reply, payload, port);
      const { offset } = decodeAnswer(PARTIAL, payload, port);
      if (offset === image.length) throw imageTooShort(image.length);
    }
    if (single || attempt === retries) {
      throw failures[0] ?? new InvalidResponseError(port, 'PARTIAL names an image that was not sent');
    }
  }
}

/** Splits an image into the payloads that carry it. */
function piecesOf<Request extends Fields>({
  request,
  image,
  maxPayload,
  fields,
}: Pick<ImageRequest<Request, Fields>, 'request' | 'image' | 'maxPayload' | 'fields'>): Uint8Array[] {
  const size = maxPayload - request.fixedBytes;
  const count = Math.max(1, Math.ceil(image.length / size));
  return Array.from({ length: count }, (_, i) =>
    request.encode(fields(i * size, image.subarray(i * size, (i + 1) * size))),
  );
}

const isNoResponse = (error: unknown) => error instanceof DeviceError && error.code === NO_RESPONSE;

const imageTooShort = (received: number) =>
  new FileError(
    'image-too-short',
    `The model on the board expects more than the ${received} bytes of this image; resize it first.`,
  );
