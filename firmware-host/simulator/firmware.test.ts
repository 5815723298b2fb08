import { interpretedEngineWasm } from '@bd-edge/sdk/internal';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digestOf } from '../link/digest.js';
import { encodeFrame, type Frame } from '../link/frame.js';
import { FrameDecoder } from '../link/frame-decoder.js';
import {
  ACTIVATE,
  ACTIVATED,
  ERROR,
  HELLO,
  INFO,
  MESSAGES,
  UPLOAD_BEGIN,
  UPLOAD_CHUNK,
  UPLOAD_STATUS,
} from '../link/messages.js';
import * as protocol from '../link/protocol.js';
import { denseNetwork } from '../testing/network.js';
import { oddEngine } from '../testing/odd-engine.js';
import { Firmware } from './firmware.js';
import { DEFAULT_HARDWARE } from './simulated-board.js';
import { MemoryStorage } from './storage.js';

const SMALL = { ...DEFAULT_HARDWARE, bankBytes: 60_000, maxPayload: 128, windowFrames: 2 };

/** The firmware alone; `exchange` waits for the reply to its frame. */
function bare(hardware = SMALL, storage = new MemoryStorage()) {
  const replies: Frame[] = [];
  const text: string[] = [];
  let wake = () => {};
  const decoder = new FrameDecoder({
    onFrame: (frame) => {
      replies.push(frame);
      wake();
    },
    onText: (line) => text.push(line),
  });
  const firmware = new Firmware(hardware, storage, (bytes) => decoder.push(bytes));
  const exchange = async (type: number, payload: Uint8Array, sequence = 1): Promise<Frame> => {
    const answered = new Promise<void>((resolve) => {
      wake = resolve;
    });
    firmware.receive(encodeFrame({ type, sequence, payload }));
    await answered;
    return replies[replies.length - 1];
  };
  return { firmware, replies, text, exchange };
}

const hello = HELLO.encode({ protocol: 1 });
const refusal = (frame: Frame) => {
  expect(frame.type).toBe(ERROR.type);
  return ERROR.decode(frame.payload).code;
};

test('a reply has the sequence number of its request', async () => {
  const { exchange } = bare();
  expect(await exchange(HELLO.type, hello, 0xabcd)).toMatchObject({ type: INFO.type, sequence: 0xabcd });
});

test('replies to HELLO of any version', async () => {
  const { exchange } = bare();
  for (const payload of [Uint8Array.of(2, 0), Uint8Array.of(9, 9, 9, 9, 9), new Uint8Array()]) {
    const { protocol } = INFO.decode((await exchange(HELLO.type, payload)).payload);
    expect(protocol).toBe(1);
  }
});

test('accepts requests with more fields than known, from a host of a newer minor version', async () => {
  const { exchange } = bare();
  const begin = UPLOAD_BEGIN.encode({ slot: 1, length: 10, digest: new Uint8Array(32).fill(7) });
  const newer = HELLO.encode({ protocol: 1 | (7 << 8) });
  const reply = await exchange(HELLO.type, Uint8Array.of(...newer, 1, 2, 3));
  expect(INFO.decode(reply.payload).protocol).toBe(protocol.PROTOCOL_VERSION);
  expect((await exchange(UPLOAD_BEGIN.type, Uint8Array.of(...begin, 1, 2, 3))).type).toBe(UPLOAD_STATUS.type);
});

test('rejects invalid requests and continues', async () => {
  const { exchange } = bare();
  const digest = new Uint8Array(32).fill(7);
  const pair = ACTIVATE.encode({ engineDigest: digest, modelDigest: digest });
  const data = UPLOAD_CHUNK.encode({ slot: 1, offset: 0, bytes: Uint8Array.of(1) });
  const long = UPLOAD_BEGIN.encode({ slot: 1, length: 60_001, digest });
  for (const [type, payload, code] of [
    [0x0e, new Uint8Array(), protocol.ERROR_UNKNOWN_TYPE],
    [INFO.type, new Uint8Array(), protocol.ERROR_UNKNOWN_TYPE],
    [UPLOAD_BEGIN.type, Uint8Array.of(1, 2), protocol.ERROR_MALFORMED],
    [UPLOAD_CHUNK.type, data, protocol.ERROR_NO_UPLOAD],
    [UPLOAD_BEGIN.type, long, protocol.ERROR_TOO_LARGE],
    [ACTIVATE.type, pair, protocol.ERROR_NOT_STAGED],
    [ACTIVATE.type, pair.subarray(1), protocol.ERROR_MALFORMED],
    [protocol.TYPE_INFER, new Uint8Array(8), protocol.ERROR_NOTHING_ACTIVE],
    [protocol.TYPE_TRACE, new Uint8Array(10), protocol.ERROR_NOTHING_ACTIVE],
  ] as const) {
    expect(refusal(await exchange(type, payload))).toBe(code);
  }
  expect((await exchange(HELLO.type, hello)).type).toBe(INFO.type);
});

test('reports a storage failure', async () => {
  const storage = new MemoryStorage();
  const { exchange } = bare(SMALL, storage);
  await exchange(UPLOAD_BEGIN.type, UPLOAD_BEGIN.encode({ slot: 1, length: 10, digest: new Uint8Array(32) }));
  storage.append = () => {
    throw new Error('flash is worn out');
  };
  const reply = await exchange(
    UPLOAD_CHUNK.type,
    UPLOAD_CHUNK.encode({ slot: 1, offset: 0, bytes: Uint8Array.of(1) }),
  );
  expect(ERROR.decode(reply.payload)).toMatchObject({
    code: protocol.ERROR_STORE,
    reason: 'flash is worn out',
  });
});

type Exchange = ReturnType<typeof bare>['exchange'];

async function upload(exchange: Exchange, engine: Uint8Array, model: Uint8Array) {
  for (const [slot, bytes] of [engine, model].entries()) {
    await exchange(
      UPLOAD_BEGIN.type,
      UPLOAD_BEGIN.encode({ slot, length: bytes.length, digest: digestOf(bytes) }),
    );
    for (let offset = 0; offset < bytes.length; offset += 100) {
      await exchange(
        UPLOAD_CHUNK.type,
        UPLOAD_CHUNK.encode({ slot, offset, bytes: bytes.subarray(offset, offset + 100) }),
      );
    }
  }
}

/** Deploys without a host. */
async function activate(exchange: Exchange, engine: Uint8Array, model: Uint8Array) {
  await upload(exchange, engine, model);
  const pair = { engineDigest: digestOf(engine), modelDigest: digestOf(model) };
  return exchange(ACTIVATE.type, ACTIVATE.encode(pair));
}

test('replies to random messages of every type, with and without an active model', async () => {
  const requests = MESSAGES.map(({ type }) => type);
  for (const withModel of [false, true]) {
    const { exchange, firmware } = bare();
    if (withModel)
      expect((await activate(exchange, await interpretedEngineWasm(), denseNetwork())).type).toBe(
        ACTIVATED.type,
      );
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.constantFrom(...requests), fc.nat({ max: 255 })),
        fc.nat({ max: 0xffff }),
        fc.uint8Array({ maxLength: 128, size: 'max' }),
        async (type, sequence, payload) => {
          const reply = await exchange(type, payload, sequence);
          expect(reply.sequence).toBe(sequence);
          const message = MESSAGES.find((message) => message.type === reply.type);
          expect(message?.decode(reply.payload)).toBeDefined();
        },
      ),
      { numRuns: 300 },
    );
    expect(firmware.overrunBytes).toBe(0);
  }
});

test('survives random bytes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2000, size: 'max' }), async (garbage) => {
      const { firmware, exchange } = bare();
      for (let start = 0; start < garbage.length; start += 64) {
        firmware.receive(garbage.subarray(start, start + 64));
        await Promise.resolve();
      }
      // The frame's delimiter is lost if the garbage has filled the receive buffer.
      await new Promise((resolve) => setImmediate(resolve));
      expect((await exchange(HELLO.type, hello, 77)).type).toBe(INFO.type);
    }),
    { numRuns: 50 },
  );
});

test('counts the bytes that are lost if the host exceeds its credits', async () => {
  const { firmware } = bare();
  firmware.receive(new Uint8Array(1000).fill(1));
  expect(firmware.overrunBytes).toBeGreaterThan(0);
});

test('rejects an image that is larger than the input, with the correct size', async () => {
  const { exchange } = bare();
  await activate(exchange, await interpretedEngineWasm(), denseNetwork());
  const reply = await exchange(protocol.TYPE_INFER, new Uint8Array(8 + 37));
  expect(ERROR.decode(reply.payload)).toMatchObject({ code: protocol.ERROR_IMAGE_SIZE, detail: 36 });
});

test('reports an engine that traps, and continues', async () => {
  const { exchange } = bare();
  await activate(exchange, oddEngine(), denseNetwork());
  const reply = await exchange(protocol.TYPE_INFER, new Uint8Array(8 + 36));
  expect(refusal(reply)).toBe(protocol.ERROR_TRAPPED);
  expect((await exchange(HELLO.type, hello)).type).toBe(INFO.type);
});

test('writes nothing after a power loss, at any point of an activation', async () => {
  const engine = await interpretedEngineWasm();
  const model = denseNetwork();
  const pair = { engineDigest: digestOf(engine), modelDigest: digestOf(model) };
  for (let turns = 0; turns < 12; turns++) {
    const storage = new MemoryStorage();
    const { firmware, exchange } = bare(SMALL, storage);
    await upload(exchange, engine, model);
    const asked = exchange(ACTIVATE.type, ACTIVATE.encode(pair));
    for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
    firmware.halt();
    const active = storage.read('active');
    await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, 20))]);
    expect(storage.read('active')).toEqual(active);
  }
});
