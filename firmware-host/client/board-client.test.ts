import { crc32, DeviceError, FileError } from '@bd-edge/sdk/internal';
import { expect, test } from 'vitest';
import { rejection } from '../../sdk/testing/throws.js';
import { ConnectionLostError, InvalidResponseError } from '../errors.js';
import { wordsToBytes } from '../link/bytes.js';
import {
  HELLO,
  INFER,
  PARTIAL,
  RESULT,
  TRACE,
  TRACE_RESULT,
  UPLOAD_BEGIN,
  UPLOAD_STATUS,
} from '../link/messages.js';
import { SimulatedBoard } from '../simulator/simulated-board.js';
import { type Answer, info, scriptedBoard } from '../testing/scripted-board.js';
import { BoardClient } from './board-client.js';

test('connects, reads the info and passes the log on', async () => {
  const log: string[] = [];
  const board = new SimulatedBoard({ ramBytes: 40000, board: 'my board' });
  const client = await BoardClient.connect(board.connect(), { onLog: (text) => log.push(text) });
  expect(client.info).toMatchObject({ ramBytes: 40000, board: 'my board', ticksPerSecond: 1_000_000 });
  expect(log).toEqual(['bd-edge simulated board: 40000 bytes of RAM\r\n', 'no model yet\r\n']);
  await client.close();
});

test('connects to a board that starts late', async () => {
  let hellos = 0;
  const { transport } = scriptedBoard(() => (++hellos < 3 ? undefined : info()));
  const client = await BoardClient.connect(transport, { connectTimeoutMs: 60_000 });
  expect(client.info.board).toBe('scripted');
});

test('reports a board that does not respond', async () => {
  const { transport } = scriptedBoard(() => undefined);
  const error = await rejection(BoardClient.connect(transport, { connectTimeoutMs: 20 }));
  expect(error).toBeInstanceOf(DeviceError);
  expect(error).toMatchObject({ code: 'no-response', port: 'script' });
  // The client owns the transport and closes it.
  expect(await transport.closed).toBeUndefined();
});

test('reports bytes that are not frames, as from another baud rate', async () => {
  const { transport, board } = scriptedBoard(() => undefined);
  void board.write(Uint8Array.of(0x80, 0xf8, 0x00, 0xe0, 0x00));
  const error = await rejection(BoardClient.connect(transport, { connectTimeoutMs: 20 }));
  expect(error).toBeInstanceOf(InvalidResponseError);
});

test('rejects a board of another major version', async () => {
  // The type and the first field are the same in every version.
  const { transport } = scriptedBoard(() => ({ type: info().type, payload: Uint8Array.of(2, 0, 99) }));
  expect((await rejection(BoardClient.connect(transport))).code).toBe('incompatible-protocol');
});

test('connects to a board of a newer minor version, whose messages have more fields', async () => {
  const { transport } = scriptedBoard((request) => {
    if (request.type === HELLO.type) {
      const { type, payload } = info({ protocol: 1 | (7 << 8), board: 'newer' });
      return { type, payload: Uint8Array.of(...payload, 1, 2, 3) };
    }
    const { slot } = UPLOAD_BEGIN.decode(request.payload);
    const status = UPLOAD_STATUS.encode({ slot, offset: 5 });
    return { type: UPLOAD_STATUS.type, payload: Uint8Array.of(...status, 9) };
  });
  const client = await BoardClient.connect(transport);
  expect(client.info).toMatchObject({ protocol: 1 | (7 << 8), board: 'newer' });
  expect(await client.beginUpload(1, 10, new Uint8Array(32))).toBe(5);
});

test.each<[string, Answer]>([
  ['a short INFO', { type: info().type, payload: Uint8Array.of(1) }],
  ['a INFO cut short', { ...info(), payload: info().payload.subarray(0, 40) }],
  ['a window smaller than a frame', info({ windowBytes: 100 })],
])('rejects %s', async (_, answer) => {
  const { transport } = scriptedBoard(() => answer);
  await expect(BoardClient.connect(transport)).rejects.toThrow(InvalidResponseError);
});

test('reports a connection that ends during HELLO', async () => {
  const { transport, board } = scriptedBoard(() => {
    void board.close();
    return undefined;
  });
  await expect(BoardClient.connect(transport)).rejects.toThrow(ConnectionLostError);
});

test('sends a long image in pieces, and all of them again if one is lost', async () => {
  const image = Uint8Array.from({ length: 300 }, (_, i) => i);
  let lose = 1;
  let arrived: number[] = [];
  const { transport } = scriptedBoard((request) => {
    if (request.type === HELLO.type) return info();
    const { image: id, offset, bytes } = INFER.decode(request.payload);
    if (offset === 120 && lose-- > 0) return undefined;
    if (offset === 0) arrived = [];
    if (offset === arrived.length) arrived.push(...bytes);
    if (arrived.length < image.length) {
      return { type: PARTIAL.type, payload: PARTIAL.encode({ image: id, offset: arrived.length }) };
    }
    const logits = Int32Array.of(-7, 8);
    const checksum = crc32(wordsToBytes(logits));
    const values = { image: id, ticks: 5, checksum, classIndex: 1, outputs: 2, logits };
    return { type: RESULT.type, payload: RESULT.encode(values) };
  });
  const client = await BoardClient.connect(transport);
  const { classIndex, logits, ticks } = await client.infer(image);
  expect({ classIndex, logits: [...logits], ticks }).toEqual({ classIndex: 1, logits: [-7, 8], ticks: 5 });
  expect(arrived).toEqual([...image]);
});

test('rejects an image that is shorter than the board expects', async () => {
  const { transport } = scriptedBoard((request) => {
    if (request.type === HELLO.type) return info();
    const { image, offset, bytes } = INFER.decode(request.payload);
    return { type: PARTIAL.type, payload: PARTIAL.encode({ image, offset: offset + bytes.length }) };
  });
  const client = await BoardClient.connect(transport);
  for (const length of [0, 50, 300]) {
    const error = await rejection(client.infer(new Uint8Array(length)));
    expect(error).toBeInstanceOf(FileError);
    expect(error.code).toBe('image-too-short');
  }
});

test('requests a long trace in parts', async () => {
  const { transport } = scriptedBoard((request) => {
    if (request.type === HELLO.type) return info();
    const { image, first } = TRACE.decode(request.payload);
    const checksums = Uint32Array.from({ length: first === 0 ? 30 : 5 }, (_, i) => first + i);
    return { type: TRACE_RESULT.type, payload: TRACE_RESULT.encode({ image, first, ops: 35, checksums }) };
  });
  const client = await BoardClient.connect(transport);
  expect([...(await client.trace(new Uint8Array(9)))]).toEqual(Array.from({ length: 35 }, (_, i) => i));
});
