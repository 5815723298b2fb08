import { DeviceError, FileError } from '@bd-edge/sdk/internal';
import { InvalidResponseError } from '../errors.js';
import { PARTIAL } from '../link/messages.js';
import type { Fields, Message, Values } from '../link/record.js';
import { decodeAnswer } from './decode-answer.js';
import { NO_RESPONSE, type RequestQueue } from './request-queue.js';
import type { RequestOptions } from './request-window.js';
import { requireAnswer, requireEcho } from './require-answer.js';

/** A request that carries an image, in as many messages as it takes. */
export interface ImageRequest<Request extends Fields, Reply extends Fields> {
  request: Message<Request>;
  reply: Message<Reply>;
  image: Uint8Array;
  /** The number that identifies the image. */
  id: number;
  /** Whether the image is known to have the size of the model's input. */
  hasInputSize: boolean;
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
  const { request, reply, image, id, hasInputSize } = imageRequest;
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
    for (const [piece, outcome] of settled.entries()) {
      if (outcome.status === 'rejected') continue;
      const { type, payload } = outcome.value;
      const isLast = piece === pieces.length - 1;
      if (type === reply.type) {
        const values = decodeAnswer(reply, payload, port);
        requireEcho(port, `${reply.name}.image`, (values as unknown as { image: number }).image, id);
        requireAnswer(port, isLast, () => `${reply.name} answers a piece that does not complete the image`);
        return values;
      }
      const { image: received, offset } = decodeAnswer(PARTIAL, payload, port);
      requireEcho(port, 'PARTIAL.image', received, id);
      requireAnswer(port, offset <= image.length, () => `PARTIAL.offset is ${offset}, beyond the image`);
      if (isLast && offset === image.length && !hasInputSize) throw imageTooShort(image.length);
    }
    if (single || attempt === retries) {
      throw failures[0] ?? new InvalidResponseError(port, 'PARTIAL answers the last piece of an image');
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
