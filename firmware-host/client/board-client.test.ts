import { expect, test } from 'vitest';
import { HELLO, INFER, LAYERS, PARTIAL, RESULT } from '../link/messages.js';
import { SimulatedBoard } from '../simulator/simulated-board.js';
import { type Answer, scriptedBoard, welcome } from '../testing/scripted-board.js';
import { LineLostError } from '../transports/errors.js';
import { BoardClient } from './board-client.js';
import { ImageTooShortError, NoAnswerError, NonsenseError, ProtocolVersionError } from './errors.js';

test('connects, tells what the board says of itself, and shows what it prints', async () => {
  const log: string[] = [];
  const board = new SimulatedBoard({ ramBytes: 40000, board: 'my board' });
  const client = await BoardClient.connect(board.connect(), { onLog: (text) => log.push(text) });
  expect(client.welcome).toMatchObject({ ramBytes: 40000, board: 'my board', ticksPerSecond: 1_000_000 });
  expect(log).toEqual(['bd-edge simulated board: 40000 bytes of RAM\r\n', 'no model yet\r\n']);
  await client.close();
});

test('a board that starts late is met', async () => {
  let hellos = 0;
  const { line } = scriptedBoard(() => (++hellos < 3 ? undefined : welcome()));
  const client = await BoardClient.connect(line, { connectTimeoutMs: 60_000 });
  expect(client.welcome.board).toBe('scripted');
});

test('nobody there', async () => {
  const { line } = scriptedBoard(() => undefined);
  await expect(BoardClient.connect(line, { connectTimeoutMs: 20 })).rejects.toThrow(NoAnswerError);
  // The client owns the line, so it is closed.
  expect(await line.closed).toBeUndefined();
});

test('a board at another baud rate', async () => {
  const { line, board } = scriptedBoard(() => undefined);
  void board.write(Uint8Array.of(0x80, 0xf8, 0x00, 0xe0, 0x00));
  await expect(BoardClient.connect(line, { connectTimeoutMs: 20 })).rejects.toThrow('check the baud rate');
});

test('a board of another version', async () => {
  // All that stays the same: the type and the first field.
  const { line } = scriptedBoard(() => ({ type: welcome().type, payload: Uint8Array.of(2, 0, 99) }));
  const error = await BoardClient.connect(line).catch((error) => error);
  expect(error).toBeInstanceOf(ProtocolVersionError);
  expect(error).toMatchObject({ received: 2, supported: 1 });
  expect(error.message).toContain('update bd-edge');
});

test.each<[string, Answer]>([
  ['a short WELCOME', { type: welcome().type, payload: Uint8Array.of(1) }],
  ['a WELCOME cut short', { ...welcome(), payload: welcome().payload.subarray(0, 40) }],
  ['a window smaller than a frame', welcome({ windowBytes: 100 })],
])('%s is nonsense', async (_, answer) => {
  const { line } = scriptedBoard(() => answer);
  await expect(BoardClient.connect(line)).rejects.toThrow(NonsenseError);
});

test('the line ends while connecting', async () => {
  const { line, board } = scriptedBoard(() => {
    void board.close();
    return undefined;
  });
  await expect(BoardClient.connect(line)).rejects.toThrow(LineLostError);
});

test('an image longer than a frame goes in pieces, all of them again if one is lost', async () => {
  const image = Uint8Array.from({ length: 300 }, (_, i) => i);
  let lose = 1;
  let arrived: number[] = [];
  const { line } = scriptedBoard((request) => {
    if (request.type === HELLO.type) return welcome();
    const { image: id, offset, bytes } = INFER.decode(request.payload);
    if (offset === 120 && lose-- > 0) return undefined;
    if (offset === 0) arrived = [];
    if (offset === arrived.length) arrived.push(...bytes);
    if (arrived.length < image.length) {
      return { type: PARTIAL.type, payload: PARTIAL.encode({ image: id, offset: arrived.length }) };
    }
    const values = { image: id, ticks: 5, checksum: 6, label: 1, outputs: 2, logits: Int32Array.of(-7, 8) };
    return { type: RESULT.type, payload: RESULT.encode(values) };
  });
  const client = await BoardClient.connect(line);
  const { label, logits, ticks } = await client.infer(image);
  expect({ label, logits: [...logits], ticks }).toEqual({ label: 1, logits: [-7, 8], ticks: 5 });
  expect(arrived).toEqual([...image]);
});

test('an image that the board still waits for more of is too short', async () => {
  const { line } = scriptedBoard((request) => {
    if (request.type === HELLO.type) return welcome();
    const { image, offset, bytes } = INFER.decode(request.payload);
    return { type: PARTIAL.type, payload: PARTIAL.encode({ image, offset: offset + bytes.length }) };
  });
  const client = await BoardClient.connect(line);
  for (const length of [0, 50, 300]) {
    await expect(client.infer(new Uint8Array(length))).rejects.toThrow(ImageTooShortError);
  }
});

test('a trace longer than a frame comes in parts', async () => {
  const { line, requests } = scriptedBoard((request) => {
    if (request.type === HELLO.type) return welcome();
    const first = requests.length === 2 ? 0 : 20;
    const checksums = Uint32Array.from({ length: first === 0 ? 20 : 5 }, (_, i) => first + i);
    return { type: LAYERS.type, payload: LAYERS.encode({ image: 0, first, layers: 25, checksums }) };
  });
  const client = await BoardClient.connect(line);
  expect([...(await client.trace(new Uint8Array(9)))]).toEqual(Array.from({ length: 25 }, (_, i) => i));
});

test('a trace that never ends is nonsense', async () => {
  const { line } = scriptedBoard((request) =>
    request.type === HELLO.type
      ? welcome()
      : {
          type: LAYERS.type,
          payload: LAYERS.encode({ image: 0, first: 0, layers: 9, checksums: new Uint32Array() }),
        },
  );
  const client = await BoardClient.connect(line);
  await expect(client.trace(new Uint8Array(9))).rejects.toThrow('LAYERS without any layer');
});
