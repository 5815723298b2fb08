import { encodeFrame, type Frame } from '../link/frame.js';
import { FrameDecoder } from '../link/frame-decoder.js';
import { MESSAGES } from '../link/messages.js';
import { type Field, Message } from '../link/record.js';
import { SimulatedBoard, type SimulatedBoardOptions } from '../simulator/simulated-board.js';
import { transportPair } from '../transports/pair.js';
import type { Transport } from '../transports/transport.js';
import type { Answer } from './scripted-board.js';

/** A reply of a correct board. */
export interface HonestReply {
  /** The name of the message. */
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: the fields of any message
  fields: any;
  frame: Frame;
  /** How many replies with this name came before. */
  index: number;
}

/**
 * What the host receives instead of a reply: other values of some fields, another message, any bytes, or nothing
 * (null). Undefined leaves the reply as it is.
 */
export type Lie = (reply: HonestReply) => object | Answer | Uint8Array | null | undefined;

/** Returns a transport to a simulated board whose replies are changed. */
export function lyingBoard(lie: Lie, options: SimulatedBoardOptions = {}): Transport {
  const honest = new SimulatedBoard(options).connect();
  const [host, board] = transportPair('liar');
  const counts = new Map<string, number>();
  const decoder = new FrameDecoder({
    onText() {},
    onFrame(frame) {
      const message = MESSAGES.find(({ type }) => type === frame.type) as Message;
      const { name } = message;
      const index = counts.get(name) ?? 0;
      counts.set(name, index + 1);
      const fields = message.decode(frame.payload);
      const told = lie({ name, fields, frame, index });
      if (told === null) return;
      void board.write(
        told instanceof Uint8Array ? told : encodeFrame(changed(frame, message, fields, told)),
      );
    },
  });
  honest.onData((bytes) => decoder.push(bytes));
  board.onData((bytes) => void honest.write(bytes));
  void board.closed.then(() => honest.close());
  return host;
}

function changed(frame: Frame, message: Message, fields: object, told: object | undefined): Frame {
  if (told === undefined) return frame;
  if ('payload' in told) return { ...(told as Answer), sequence: frame.sequence };
  return { ...frame, payload: withoutRanges(message).encode({ ...fields, ...told }) };
}

/** Returns the message with fields that accept every integer. */
export function withoutRanges({ name, type, fields }: Message): Message {
  const widest = { u8: 0xff, u16: 0xffff, u32: 0xffffffff };
  const wide = (field: Field): Field =>
    'min' in field ? { ...field, min: 0, max: widest[field.kind] } : field;
  const all = Object.entries(fields).map(([field, layout]) => [field, wide(layout)]);
  return new Message(name, type, Object.fromEntries(all));
}
