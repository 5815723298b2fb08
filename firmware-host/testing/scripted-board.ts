import { encodeFrame, type Frame } from '../link/frame.js';
import { FrameDecoder } from '../link/frame-decoder.js';
import { INFO, type BoardInfo } from '../link/messages.js';
import { transportPair } from '../transports/pair.js';
import type { Transport } from '../transports/transport.js';

export const INFO_VALUES: BoardInfo = {
  protocol: 1,
  engineAbi: 1,
  kernels: 0,
  maxPayload: 128,
  windowFrames: 4,
  windowBytes: 4096,
  ramBytes: 65536,
  weightsInPlace: 0,
  ticksPerSecond: 1000,
  engineDigest: new Uint8Array(32),
  modelDigest: new Uint8Array(32),
  board: 'scripted',
  interpreter: 'none',
};

export type Answer = Omit<Frame, 'sequence'>;

export const info = (values: Partial<BoardInfo> = {}): Answer => ({
  type: INFO.type,
  payload: INFO.encode({ ...INFO_VALUES, ...values }),
});

/** A board that answers each request as the test says; undefined is silence. */
export function scriptedBoard(answer: (request: Frame) => Answer | undefined): {
  line: Transport;
  board: Transport;
  requests: Frame[];
} {
  const [line, board] = transportPair('script');
  const requests: Frame[] = [];
  const decoder = new FrameDecoder({
    onFrame: (request) => {
      requests.push(request);
      const frame = answer(request);
      if (frame) void board.write(encodeFrame({ ...frame, sequence: request.sequence }));
    },
  });
  board.onData((bytes) => decoder.push(bytes));
  return { line, board, requests };
}
