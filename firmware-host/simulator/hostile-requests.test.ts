import { interpretedEngineWasm } from '@bd-edge/sdk/internal';
import { expect, test } from 'vitest';
import { fuzzSeed, progress } from '../../firmware/testing/progress.js';
import { randomWasm } from '../../firmware/testing/random-wasm.js';
import { mutate } from '../../sdk/testing/mutations.js';
import { type Random, random } from '../../sdk/testing/random-graph.js';
import { digestOf } from '../link/digest.js';
import { encodeFrame, type Frame } from '../link/frame.js';
import { FrameDecoder } from '../link/frame-decoder.js';
import { MESSAGES, UPLOAD_STATUS } from '../link/messages.js';
import * as protocol from '../link/protocol.js';
import { denseNetwork } from '../testing/network.js';
import { oddEngine, readsAt } from '../testing/odd-engine.js';
import { Firmware } from './firmware.js';
import { Runner } from './runner.js';
import { DEFAULT_HARDWARE } from './simulated-board.js';
import { MemoryStorage } from './storage.js';

/** `npm run fuzz:firmware` runs more. */
const REQUESTS = Number(process.env.BD_EDGE_FUZZ_REQUESTS ?? '3000');

const HARDWARE = { ...DEFAULT_HARDWARE, bankBytes: 60_000 };
/** Engines run in this thread, which is faster; none of these engines loops. The tests of threads have some that do. */
const ISOLATION = { load: Runner.load, isThread: false };

const model = denseNetwork();
const engine = await interpretedEngineWasm();
/** Uploads: valid ones, and ones that are rejected when they are loaded or run. */
const contents = [
  model,
  engine,
  denseNetwork({ seed: 2, hidden: 40 }),
  oddEngine(),
  oddEngine({ code: { run: readsAt(-8) } }),
  oddEngine({ code: { run: [] } }),
  mutate(model, random(1)),
  mutate(model, random(2)),
  engine.subarray(0, 3000),
  randomWasm(random(3), 0.01),
  new Uint8Array(1),
];
const digests = contents.map(digestOf);

const pick = <T>(rng: Random, items: readonly T[]): T => items[rng.integer(0, items.length - 1)];
const bytesOf = (rng: Random, length: number) => Uint8Array.from({ length }, () => rng.integer(0, 255));
const u32 = (value: number) => [value, value >>> 8, value >>> 16, value >>> 24].map((byte) => byte & 0xff);
const number = (rng: Random) =>
  pick(rng, [0, 1, 2, 35, 36, 37, 1000, 0x7fffffff, 0xffffffff, rng.integer(0, 60_000)]);

type Request = [type: number, payload: Uint8Array];

/** Makes requests that are likely to be valid. */
class Host {
  /** The content of each slot's upload, and the offset that the board expects next. */
  private readonly uploads = [0, 1].map(() => ({ content: 0, next: 0 }));
  /** The slot of the last request. */
  slot = 0;
  /** The requests that come next. */
  private readonly plan: Request[] = [];

  constructor(private readonly rng: Random) {}

  /** Takes the offset of an UPLOAD_STATUS. */
  expects(offset: number): void {
    this.uploads[this.slot].next = offset;
  }

  request(): Request {
    const { rng } = this;
    const planned = this.plan.shift();
    if (planned) return planned;
    if (rng.chance(0.005))
      this.plan.push(...deployment(pick(rng, [1, 1, 1, 3, 4, 5, 9]), pick(rng, [0, 0, 0, 2, 6, 7])));
    this.slot = rng.integer(0, 1);
    const upload = this.uploads[this.slot];
    const bytes = contents[upload.content];
    switch (rng.integer(0, 15)) {
      case 0:
        return [protocol.TYPE_HELLO, Uint8Array.of(1, 0)];
      case 1: {
        upload.content = rng.integer(0, contents.length - 1);
        const { length } = contents[upload.content];
        const digest = rng.chance(0.9) ? digests[upload.content] : bytesOf(rng, 32);
        const announced = rng.chance(0.9) ? length : number(rng);
        return [protocol.TYPE_UPLOAD_BEGIN, Uint8Array.of(this.slot, ...u32(announced), ...digest)];
      }
      case 2:
        return [protocol.TYPE_ACTIVATE, Uint8Array.of(...pick(rng, digests), ...pick(rng, digests))];
      case 3:
        return [protocol.TYPE_ACTIVATE, Uint8Array.of(...digests[1], ...digests[0])];
      case 4:
      case 5: {
        const type = pick(rng, [protocol.TYPE_INFER, protocol.TYPE_TRACE, protocol.TYPE_PROFILE]);
        const first = type === protocol.TYPE_INFER ? [] : [rng.integer(0, 3), rng.chance(0.1) ? 255 : 0];
        const offset = rng.chance(0.7) ? 0 : number(rng);
        const image = bytesOf(rng, rng.chance(0.7) ? 36 : rng.integer(0, 60));
        return [type, Uint8Array.of(...u32(rng.integer(0, 2)), ...first, ...u32(offset), ...image)];
      }
      default: {
        const offset = rng.chance(0.97) ? upload.next : number(rng);
        const chunk = bytes.subarray(offset, offset + (rng.chance(0.9) ? 1000 : rng.integer(0, 1000)));
        return [protocol.TYPE_UPLOAD_CHUNK, Uint8Array.of(this.slot, ...u32(offset), ...chunk)];
      }
    }
  }
}

/** Returns the requests that deploy two of the contents. */
function deployment(...pair: [number, number]): Request[] {
  const uploads = pair.flatMap((content, slot): Request[] => {
    const bytes = contents[content];
    const chunks = Array.from({ length: Math.ceil(bytes.length / 1000) }, (_, i): Request => {
      const chunk = bytes.subarray(1000 * i, 1000 * (i + 1));
      return [protocol.TYPE_UPLOAD_CHUNK, Uint8Array.of(slot, ...u32(1000 * i), ...chunk)];
    });
    const begin = Uint8Array.of(slot, ...u32(bytes.length), ...digests[content]);
    return [[protocol.TYPE_UPLOAD_BEGIN, begin], ...chunks];
  });
  const [engine, model] = pair;
  return [...uploads, [protocol.TYPE_ACTIVATE, Uint8Array.of(...digests[engine], ...digests[model])]];
}

/** Changes a request: its type, its length or its bytes. */
function changed(rng: Random, [type, payload]: Request): Request {
  const kind = rng.integer(0, 3);
  if (kind === 0) return [rng.integer(0, 255), payload];
  if (kind === 1) return [type, payload.subarray(0, rng.integer(0, payload.length))];
  if (kind === 2) return [type, bytesOf(rng, rng.integer(0, 100))];
  return [type, payload.map((byte) => (rng.chance(0.05) ? rng.integer(0, 255) : byte))];
}

test(
  `${REQUESTS} requests: the simulated board answers each valid frame once, with a reply of the link`,
  async () => {
    const seed = fuzzSeed();
    console.log(`BD_EDGE_FUZZ_SEED=${seed}`);
    const rng = random(seed);
    const report = progress('requests', REQUESTS);
    const counts: Record<string, number> = {};
    const storage = new MemoryStorage();
    const replies: Frame[] = [];
    let wake = () => {};
    const decoder = new FrameDecoder({
      onFrame: (frame) => {
        replies.push(frame);
        wake();
      },
      onText() {},
    });
    const boot = () => new Firmware(HARDWARE, storage, (bytes) => decoder.push(bytes), ISOLATION);
    let firmware = boot();
    const host = new Host(rng);
    for (let sent = 0; sent < REQUESTS; sent++) {
      if (rng.chance(0.001)) {
        firmware.halt();
        firmware = boot();
      }
      const request = host.request();
      const [type, payload] = rng.chance(0.05) ? changed(rng, request) : request;
      const sequence = rng.integer(0, 0xffff);
      const frame = encodeFrame({ type, sequence, payload });
      // A damaged frame gets no reply; the next one does.
      if (rng.chance(0.1)) firmware.receive(frame.map((byte) => (rng.chance(0.02) ? byte ^ 1 : byte || 1)));
      if (rng.chance(0.05)) firmware.receive(bytesOf(rng, rng.integer(0, 2000)).map((byte) => byte || 1));
      replies.length = 0;
      const answered = new Promise<void>((resolve) => {
        wake = resolve;
      });
      firmware.receive(Uint8Array.of(0));
      firmware.receive(frame);
      await answered;
      expect(replies).toHaveLength(1);
      expect(replies[0].sequence).toBe(sequence);
      const message = MESSAGES.find((one) => one.type === replies[0].type && one.type & 0x10);
      const values = message?.decode(replies[0].payload);
      const kind = message?.name ?? 'unknown';
      counts[kind] = (counts[kind] ?? 0) + 1;
      if (kind === UPLOAD_STATUS.name) host.expects((values as { offset: number }).offset);
      if (sent % 1000 === 0) await report(sent);
    }
    firmware.halt();
    console.log(JSON.stringify(counts));
    const all = MESSAGES.filter((one) => one.type & 0x10).map((one) => one.name);
    expect(Object.keys(counts).sort()).toEqual(all.sort());
  },
  60 * 60_000,
);
