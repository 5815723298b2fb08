import { encodeFrame, type Frame } from '../link/frame.js';
import { FrameDecoder } from '../link/frame-decoder.js';
import { type BoardInfo, INFO } from '../link/messages.js';
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
  anyEngine: 1,
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

/** Returns a board whose replies the test provides; undefined means no reply. */
export function scriptedBoard(answer: (request: Frame) => Answer | undefined): {
  transport: Transport;
  board: Transport;
  requests: Frame[];
} {
  const [transport, board] = transportPair('script');
  const requests: Frame[] = [];
  const decoder = new FrameDecoder({
    onFrame: (request) => {
      requests.push(request);
      const frame = answer(request);
      if (frame) void board.write(encodeFrame({ ...frame, sequence: request.sequence }));
    },
  });
  board.onData((bytes) => decoder.push(bytes));
  return { transport, board, requests };
}
