import { BdEdgeError, crc32, DeviceError, parseModel, referenceRun } from '@bd-edge/sdk/internal';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { check } from '../check/check.js';
import { type Expectation, referenceExpectation } from '../check/expectation.js';
import { deploy } from '../deploy/deploy.js';
import { engineOf } from '../deploy/engine-path.js';
import { InvalidResponseError } from '../errors.js';
import { wordsToBytes } from '../link/bytes.js';
import { ACTIVATED, ERROR, MESSAGES, PARTIAL, RESULT, TRACE_RESULT } from '../link/messages.js';
import * as protocol from '../link/protocol.js';
import { type HonestReply, type Lie, lyingBoard } from '../testing/lying-board.js';
import { denseNetwork, randomImages } from '../testing/network.js';
import type { Transport } from '../transports/transport.js';
import { BoardClient } from './board-client.js';

const model = denseNetwork();
const engine = await engineOf('interpreted');
const images = randomImages(6);
const HASTY = { connectTimeoutMs: 600, timeoutMs: 300, runTimeoutMs: 300, retries: 2 };

/** The host disagrees with the board, so that a check also asks for the trace. */
const reference = referenceExpectation(model);
const results = new Map(images.map((image) => [image, referenceRun(parseModel(model), image).logits]));
const expected: Expectation = {
  logits: (image) => (results.get(image) as Int32Array).map((logit) => logit + 1),
  trace: (image) => reference.trace(image),
};

/** Uses every request of the link. */
async function session(transport: Transport, signal?: AbortSignal, options = HASTY) {
  const client = await BoardClient.connect(transport, { ...options, signal });
  try {
    await deploy(client, model, { signal });
    await client.profile(images[0], signal);
    return await check(client, model, images, { expected, signal });
  } finally {
    await client.close();
  }
}

test('the session succeeds with a board that does not lie', async () => {
  const report = await session(lyingBoard(() => undefined));
  expect(report).toMatchObject({ images: 6, classMismatches: 0, logitMismatches: 6, firstDivergingOp: null });
});

/** Returns a lie about one kind of reply, from the given one on. */
const about =
  (message: string, lie: Lie, from = 0): Lie =>
  (reply) =>
    reply.name === message && reply.index >= from ? lie(reply) : undefined;

/** Returns a lie about one kind of reply that sets these fields. */
const sets = (message: string, fields: object, from = 0): Lie => about(message, () => fields, from);

const errorReply = (code: number) => ({
  type: ERROR.type,
  payload: ERROR.encode({ code, detail: 0, reason: '' }),
});
const withPayload = (change: (payload: Uint8Array) => Uint8Array) => (reply: HonestReply) => ({
  type: reply.frame.type,
  payload: change(reply.frame.payload),
});
/** Returns the fields of a RESULT with these logits that agree with one another. */
const consistent = (logits: Int32Array) => ({
  outputs: logits.length,
  logits,
  checksum: crc32(wordsToBytes(logits)),
  classIndex: logits.indexOf(Math.max(...logits)),
});
const text = new TextEncoder().encode('all is well\n'.repeat(100_000));
const noise = new Uint8Array(1_200_000).fill(0xf8);

/** Offsets that a board without a store might name. */
const offsets = (next: (index: number) => number): Lie =>
  about('UPLOAD_STATUS', ({ index }) => ({ offset: next(index) }));

const INVALID = 'invalid-response';
const lies: [string, code: string, Lie][] = [
  ['INFO: a window smaller than a frame', INVALID, sets('INFO', { windowBytes: 100 })],
  ['INFO: a window of 0 bytes', INVALID, sets('INFO', { windowBytes: 0 })],
  ['INFO: another major version', 'incompatible-protocol', sets('INFO', { protocol: 2 })],
  ['INFO: payloads of 127 bytes', INVALID, sets('INFO', { maxPayload: 127 })],
  ['INFO: payloads of 65,535 bytes', INVALID, sets('INFO', { maxPayload: 65535 })],
  ['INFO: a window of 0 frames', INVALID, sets('INFO', { windowFrames: 0 })],
  ['INFO: a window of 257 frames', INVALID, sets('INFO', { windowFrames: 257 })],
  ['INFO: 0 ticks per second', INVALID, sets('INFO', { ticksPerSecond: 0 })],
  ['INFO: weightsInPlace 2', INVALID, sets('INFO', { weightsInPlace: 2 })],
  ['INFO: weights in place without a model', INVALID, sets('INFO', { weightsInPlace: 1 })],
  ['INFO: a model without an engine', INVALID, sets('INFO', { modelDigest: new Uint8Array(32).fill(1) })],
  ['INFO: no memory', 'not-enough-memory', sets('INFO', { ramBytes: 0 })],
  ['INFO: engines of version 99', 'incompatible-engine', sets('INFO', { engineAbi: 99 })],
  ['INFO: an engine that it does not have', 'not-staged', sets('INFO', { interpreter: '' })],
  [
    'INFO: cut short',
    INVALID,
    about(
      'INFO',
      withPayload((payload) => payload.subarray(0, 60)),
    ),
  ],
  [
    'INFO: empty',
    INVALID,
    about(
      'INFO',
      withPayload(() => new Uint8Array()),
    ),
  ],
  [
    'INFO: a text of 255 bytes',
    INVALID,
    about(
      'INFO',
      withPayload((payload) => payload.fill(255, 90)),
    ),
  ],
  ['INFO: anyEngine 2', INVALID, sets('INFO', { anyEngine: 2 })],
  ['INFO: accepted engines that change', INVALID, sets('INFO', { anyEngine: 0 }, 1)],
  ['INFO: a minor version that changes', INVALID, sets('INFO', { protocol: 1 | (7 << 8) }, 1)],
  ['INFO: an engine version that changes', INVALID, sets('INFO', { engineAbi: 99 }, 1)],
  ['INFO: kernels that change', INVALID, sets('INFO', { kernels: 7 }, 1)],
  ['INFO: a receive buffer that changes', INVALID, sets('INFO', { windowBytes: 99_999 }, 1)],
  ['INFO: payloads that change', INVALID, sets('INFO', { maxPayload: 1000 }, 1)],
  ['INFO: a window that changes', INVALID, sets('INFO', { windowFrames: 200 }, 1)],
  ['INFO: a clock that changes', INVALID, sets('INFO', { ticksPerSecond: 1 }, 2)],
  [
    'INFO: another model after the activation',
    INVALID,
    sets('INFO', { modelDigest: new Uint8Array(32).fill(1) }, 2),
  ],
  [
    'INFO: no pair after the activation',
    INVALID,
    sets('INFO', { modelDigest: new Uint8Array(32), engineDigest: new Uint8Array(32) }, 2),
  ],
  [
    'INFO: another model at the check',
    'wrong-model',
    sets('INFO', { modelDigest: new Uint8Array(32).fill(1) }, 3),
  ],
  ['HELLO is rejected', 'board-error', about('INFO', () => errorReply(65535))],
  ['HELLO gets a RESULT', INVALID, about('INFO', () => ({ type: RESULT.type, payload: new Uint8Array(16) }))],
  ['HELLO gets nothing', 'no-response', about('INFO', () => null)],
  ['HELLO gets text without end', INVALID, about('INFO', () => text)],
  ['HELLO gets noise without end', INVALID, about('INFO', () => noise)],
  ['UPLOAD_STATUS: another slot at the start', INVALID, sets('UPLOAD_STATUS', { slot: 1 })],
  ['UPLOAD_STATUS: another slot for a chunk', INVALID, sets('UPLOAD_STATUS', { slot: 1 }, 1)],
  ['UPLOAD_STATUS: slot 2', INVALID, sets('UPLOAD_STATUS', { slot: 2 })],
  ['UPLOAD_STATUS: beyond the upload', INVALID, offsets(() => 1_000_000)],
  ['UPLOAD_STATUS: beyond every upload', INVALID, offsets(() => 0xffffffff)],
  ['UPLOAD_STATUS: always 0', INVALID, offsets(() => 0)],
  ['UPLOAD_STATUS: 1, 0, 1, 0', INVALID, offsets((index) => index % 2)],
  ['UPLOAD_STATUS: 500, 100, 500, 100', INVALID, offsets((index) => (index % 2 ? 500 : 100))],
  ['UPLOAD_STATUS: one byte at a time', INVALID, offsets((index) => index)],
  ['UPLOAD_STATUS: one byte in ten replies', INVALID, offsets((index) => Math.floor(index / 10))],
  [
    'UPLOAD_STATUS: complete at once',
    'not-staged',
    about('UPLOAD_STATUS', ({ fields }) => ({
      offset: fields.slot === protocol.SLOT_ENGINE ? engine.length : model.length,
    })),
  ],
  [
    'UPLOAD_STATUS: empty',
    INVALID,
    about(
      'UPLOAD_STATUS',
      withPayload(() => new Uint8Array()),
    ),
  ],
  [
    'UPLOAD_BEGIN gets ACTIVATED',
    INVALID,
    about('UPLOAD_STATUS', () => ({ type: ACTIVATED.type, payload: new Uint8Array() })),
  ],
  [
    'UPLOAD_CHUNK: no upload, always',
    'no-upload',
    about('UPLOAD_STATUS', ({ fields }) =>
      fields.offset > 0 ? errorReply(protocol.ERROR_NO_UPLOAD) : undefined,
    ),
  ],
  [
    'UPLOAD_CHUNK: another digest, always',
    'digest-mismatch',
    about('UPLOAD_STATUS', ({ fields }) =>
      fields.offset > 0 ? errorReply(protocol.ERROR_DIGEST_MISMATCH) : undefined,
    ),
  ],
  ...(
    [
      ['UPLOAD_STATUS', 'unknown-engine', protocol.ERROR_UNKNOWN_ENGINE],
      ['UPLOAD_STATUS', 'upload-too-large', protocol.ERROR_TOO_LARGE],
      ['UPLOAD_STATUS', 'storage-failed', protocol.ERROR_STORE],
      ['ACTIVATED', 'out-of-memory', protocol.ERROR_OUT_OF_MEMORY],
      ['ACTIVATED', 'incompatible-engine', protocol.ERROR_ENGINE_ABI],
      ['ACTIVATED', 'invalid-model', protocol.ERROR_MODEL],
      ['RESULT', 'engine-trapped', protocol.ERROR_TRAPPED],
      ['PROFILE_RESULT', 'engine-trapped', protocol.ERROR_TRAPPED],
    ] as const
  ).map(([name, code, number]): (typeof lies)[number] => [
    `${name}: error ${code}`,
    code,
    about(name, () => errorReply(number)),
  ]),
  ['TRACE gets nothing', 'no-response', about('TRACE_RESULT', () => null)],
  ['PROFILE gets nothing', 'no-response', about('PROFILE_RESULT', () => null)],
  ['UPLOAD_CHUNK gets nothing', 'no-response', about('UPLOAD_STATUS', () => null, 3)],
  ['ACTIVATE gets error 0', 'board-error', about('ACTIVATED', () => errorReply(0))],
  [
    'ACTIVATE gets an ERROR cut short',
    INVALID,
    about('ACTIVATED', () => ({ type: ERROR.type, payload: Uint8Array.of(1) })),
  ],
  ['ACTIVATE gets nothing', 'no-response', about('ACTIVATED', () => null)],
  ['RESULT: class 65,535', INVALID, sets('RESULT', { classIndex: 65535 })],
  ['RESULT: class 10 of 10', INVALID, sets('RESULT', { classIndex: 10 })],
  [
    'RESULT: not the largest logit',
    INVALID,
    about('RESULT', ({ fields }) => ({ classIndex: (fields.classIndex + 1) % 10 })),
  ],
  [
    'RESULT: the second of equal logits',
    INVALID,
    about('RESULT', () => ({ ...consistent(new Int32Array(10)), classIndex: 1 })),
  ],
  ['RESULT: another image', INVALID, about('RESULT', ({ fields }) => ({ image: (fields.image ^ 1) >>> 0 }))],
  ['RESULT: the first image, always', INVALID, sets('RESULT', { image: 5 }, 3)],
  ['RESULT: 0 outputs', INVALID, sets('RESULT', { outputs: 0 })],
  ['RESULT: 65,535 outputs', INVALID, sets('RESULT', { outputs: 65535 })],
  ['RESULT: fewer outputs than logits', INVALID, sets('RESULT', { outputs: 9 })],
  [
    'RESULT: a network of 9 classes',
    INVALID,
    about('RESULT', ({ fields }) => consistent(fields.logits.slice(0, 9))),
  ],
  [
    'RESULT: a network of 11 classes',
    INVALID,
    about('RESULT', ({ fields }) => consistent(Int32Array.of(...fields.logits, 1))),
  ],
  [
    'RESULT: outputs that change',
    INVALID,
    about('RESULT', ({ fields }) => consistent(fields.logits.slice(0, 9)), 4),
  ],
  [
    'RESULT: another checksum',
    INVALID,
    about('RESULT', ({ fields }) => ({ checksum: (fields.checksum ^ 1) >>> 0 })),
  ],
  [
    'RESULT: another logit',
    INVALID,
    about('RESULT', ({ fields }) => ({ logits: fields.logits.map((x: number) => x - 1) })),
  ],
  ['RESULT: no logits', INVALID, sets('RESULT', { logits: new Int32Array() })],
  [
    'RESULT: half a logit',
    INVALID,
    about(
      'RESULT',
      withPayload((payload) => payload.subarray(0, -2)),
    ),
  ],
  [
    'INFER gets PARTIAL for the whole image',
    INVALID,
    about('RESULT', ({ fields }) => ({
      type: PARTIAL.type,
      payload: PARTIAL.encode({ image: fields.image, offset: 36 }),
    })),
  ],
  [
    'INFER gets PARTIAL 0',
    INVALID,
    about('RESULT', ({ fields }) => ({
      type: PARTIAL.type,
      payload: PARTIAL.encode({ image: fields.image, offset: 0 }),
    })),
  ],
  [
    'INFER gets PARTIAL beyond the image',
    INVALID,
    about('RESULT', ({ fields }) => ({
      type: PARTIAL.type,
      payload: PARTIAL.encode({ image: fields.image, offset: 99 }),
    })),
  ],
  [
    'INFER gets PARTIAL of another image',
    INVALID,
    about('RESULT', () => ({ type: PARTIAL.type, payload: PARTIAL.encode({ image: 7, offset: 36 }) })),
  ],
  [
    'INFER gets TRACE_RESULT',
    INVALID,
    about('RESULT', () => ({ type: TRACE_RESULT.type, payload: new Uint8Array(12) })),
  ],
  ['INFER: wrong size', 'invalid-image-size', about('RESULT', () => errorReply(protocol.ERROR_IMAGE_SIZE))],
  ['INFER gets nothing', 'no-response', about('RESULT', () => null, 2)],
  ['INFER gets text without end', INVALID, about('RESULT', () => text, 2)],
  ...['TRACE_RESULT', 'PROFILE_RESULT'].flatMap((name): typeof lies => {
    const values = name === 'TRACE_RESULT' ? 'checksums' : 'ticks';
    return [
      [`${name}: 65,535 ops`, INVALID, sets(name, { ops: 65535 })],
      [`${name}: 1 op`, INVALID, sets(name, { ops: 1 })],
      [`${name}: 0 ops`, INVALID, sets(name, { ops: 0 })],
      [`${name}: from op 1`, INVALID, sets(name, { first: 1 })],
      [`${name}: another image`, INVALID, about(name, ({ fields }) => ({ image: (fields.image ^ 1) >>> 0 }))],
      [`${name}: no numbers`, INVALID, sets(name, { [values]: new Uint32Array() })],
      [`${name}: too many numbers`, INVALID, sets(name, { [values]: new Uint32Array(9) })],
      [`${name}: one number of two`, INVALID, sets(name, { [values]: new Uint32Array(1) })],
    ];
  }),
];

/** Fails after a time that is long also for a busy machine, and shorter than the timeouts of patient sessions. */
async function soon<T>(promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the session does not end')), 20_000);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

const failureOf = (promise: Promise<unknown>) =>
  soon(
    promise.then(
      () => undefined,
      (error) => error,
    ),
  );

test.each(lies)('rejects a board that lies, %s', async (_, code, lie) => {
  const error = await failureOf(session(lyingBoard(lie)));
  expect(error).toBeInstanceOf(code === INVALID ? InvalidResponseError : DeviceError);
  expect(error).toMatchObject({ code });
});

test('an abort ends every one of these sessions at its first lie', async () => {
  await Promise.all(
    lies.map(async ([name, , lie]) => {
      const controller = new AbortController();
      const told: Lie = (reply) => {
        const answer = lie(reply);
        if (answer !== undefined) controller.abort();
        return answer;
      };
      const patient = { ...HASTY, connectTimeoutMs: 60_000, timeoutMs: 60_000, runTimeoutMs: 60_000 };
      const error = await failureOf(session(lyingBoard(told), controller.signal, patient));
      expect(error?.name, name).toBe('AbortError');
    }),
  );
});

const replies = MESSAGES.filter(
  ({ name, type }) => (type & 0x10) !== 0 && name !== 'PARTIAL' && name !== 'ERROR',
);
const edge = (max: number) => fc.oneof(fc.constantFrom(0, 1, 2, max - 1, max), fc.integer({ min: 0, max }));
const random = (kind: string): fc.Arbitrary<unknown> => {
  const words = fc.array(edge(0xffffffff), { maxLength: 20 });
  switch (kind) {
    case 'u8':
      return edge(0xff);
    case 'u16':
      return edge(0xffff);
    case 'u32':
      return edge(0xffffffff);
    case 'digest':
      return fc.uint8Array({ minLength: 32, maxLength: 32 });
    case 'text':
      return fc.string({ maxLength: 16 });
    default:
      return words.map((numbers) => (kind === 'i32s' ? Int32Array.from(numbers) : Uint32Array.from(numbers)));
  }
};

/** Changes of a reply: a field, the type, the length or bytes of the payload. */
const anyLie: fc.Arbitrary<Lie> = fc.constantFrom(...replies).chain(({ name, fields }) => {
  const change: fc.Arbitrary<Lie>[] = [
    fc.integer({ min: 0, max: 0xff }).map((type) => ({ frame }: HonestReply) => ({ ...frame, type })),
    fc.nat({ max: 100 }).map((length) => withPayload((payload) => payload.subarray(0, length))),
    fc
      .tuple(fc.nat(), fc.nat({ max: 255 }))
      .map(([at, byte]) =>
        withPayload((payload) => payload.map((old, i) => (i === at % payload.length ? byte : old))),
      ),
    ...Object.entries(fields).map(([field, { kind }]) =>
      random(kind).map((value) => () => ({ [field]: value })),
    ),
  ];
  const from = fc.constantFrom(0, 0, 1, 2, 3, 20);
  return fc.tuple(fc.oneof(...change), from).map(([lie, from]) => about(name, lie, from));
});

test('a session with any changed reply ends soon, with a report or with an error that has a code', async () => {
  const outcomes = { reports: 0, errors: 0 };
  const hasty = { connectTimeoutMs: 200, timeoutMs: 100, runTimeoutMs: 100, retries: 1 };
  await fc.assert(
    fc.asyncProperty(anyLie, async (lie) => {
      const error = await failureOf(session(lyingBoard(lie), undefined, hasty));
      if (error === undefined) outcomes.reports++;
      else {
        outcomes.errors++;
        expect(error).toBeInstanceOf(BdEdgeError);
        expect(error.code).toMatch(/^[a-z-]+$/);
      }
    }),
    { numRuns: 100 },
  );
  expect(outcomes.reports).toBeGreaterThan(0);
  expect(outcomes.errors).toBeGreaterThan(0);
});
