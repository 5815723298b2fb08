import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BoardClient } from '@bd-edge/host/internal';
import {
  activePath,
  BoardError,
  check,
  deploy,
  digestOf,
  type EnginePath,
  engineOf,
  protocol,
} from '@bd-edge/host/internal';
import {
  ENGINE_ABI,
  Engine,
  encodeModel,
  engineWasm,
  interpretedEngineWasm,
  type ModelError,
  memoryRequirement,
  memoryWithoutWeights,
  parseModel,
} from '@bd-edge/sdk/internal';
import { beforeEach, describe, expect, test } from 'vitest';
import * as layout from '../assembly/layout.js';
import {
  IN_PLACE,
  OPCODE_BINARY_CONVOLUTION,
  OPCODE_INT8_CONVOLUTION,
  OPCODE_MAX_POOL,
  OPCODE_SUM_POOL,
  TYPE_BITS,
  TYPE_INT16,
  TYPE_INT32,
  TYPE_U8,
  VALID,
} from '../assembly/layout.js';
import { bdEdge } from '../cli/testing/command.js';
import { denseNetwork, randomImages } from '../firmware-host/testing/network.js';
import * as odd from '../firmware-host/testing/odd-engine.js';
import { temporaryDirectory } from '../firmware-host/testing/socat.js';
import { kernelGraph } from '../sdk/testing/kernel-graph.js';
import { mutate } from '../sdk/testing/mutations.js';
import { random, randomGraph, randomImage } from '../sdk/testing/random-graph.js';
import { BoardProcess } from './testing/board-process.js';
import { buildPosix, requireCompiler } from './testing/compiler.js';

/*
 * Tests the firmware as a process on this machine, with AddressSanitizer and UBSan, using the real client and transports.
 */

beforeEach(requireCompiler);

const model = denseNetwork();
const wholeEngine = await interpretedEngineWasm();
const images = randomImages(50);
const flashFile = () => join(temporaryDirectory(), 'flash');
const start = (args?: string[], settings?: Record<string, number>) =>
  BoardProcess.start(buildPosix({ sanitize: true, settings }), args);

/** Checks that this model is active and gives the host's results. */
async function expectActive(client: BoardClient, active: Uint8Array, expected?: EnginePath): Promise<void> {
  const path = expected ?? (await activePath(client.info));
  expect(path).not.toBe(null);
  expect(await check(client, active, images)).toMatchObject({
    images: images.length,
    classMismatches: 0,
    logitMismatches: 0,
    path,
  });
}

/** Uploads and activates both parts without the host's own checks. @returns the board's error */
async function force(
  client: BoardClient,
  parts: { engine?: Uint8Array; model?: Uint8Array },
): Promise<BoardError> {
  const both = [parts.engine ?? wholeEngine, parts.model ?? model];
  for (const [slot, bytes] of both.entries()) {
    let offset = await client.beginUpload(slot, bytes.length, digestOf(bytes));
    while (offset < bytes.length) {
      offset = await client.uploadChunk(slot, offset, bytes.subarray(offset, offset + client.chunkBytes));
    }
  }
  return refusal(client.activate(digestOf(both[0]), digestOf(both[1])));
}

/** Returns the host's error for a model: its number, and the op if there is one. */
function refusalBy(host: Engine, hostile: Uint8Array): Pick<ModelError, 'number' | 'op'> {
  try {
    host.load(hostile);
    return { number: VALID };
  } catch (error) {
    return error as ModelError;
  }
}

const refusal = (request: Promise<unknown>): Promise<BoardError> =>
  request.then(
    () => expect.unreachable('the board should have rejected the request'),
    (error) => {
      expect(error).toBeInstanceOf(BoardError);
      return error;
    },
  );

describe('deployment', () => {
  test('deploys, checks every logit, and swaps models without sending the engine again', async () => {
    const board = await start();
    const client = await board.connect();
    const first = await deploy(client, model);
    expect(first.bytesSent).toBe(first.engine.bytes + first.model.bytes);
    expect(client.info.interpreter).toBe('wasm3 0.5.0');
    await expectActive(client, model, 'native kernels');
    const next = denseNetwork({ seed: 2, hidden: 77 });
    expect((await deploy(client, next)).engine.bytesSent).toBe(0);
    await expectActive(client, next);
    // The previous model is still there.
    expect((await deploy(client, model)).bytesSent).toBe(0);
    await expectActive(client, model);
    // The same with the interpreter alone.
    await deploy(client, model, { engine: await engineOf('interpreted') });
    await expectActive(client, model, 'interpreted');
    expect(board.complaints).toBe('');
  });

  test.each([
    { path: 'interpreted', weights: 'memory' },
    { path: 'native kernels', weights: 'memory' },
    { path: 'native kernels', weights: 'flash' },
  ] as const)(
    'random networks, $path, weights in $weights: every op has the same checksum as on the host',
    async ({ path, weights }) => {
      const client = await (await start([], { BOARD_LEAVE_WEIGHTS: Number(weights === 'flash') })).connect();
      const host = await Engine.instantiate(engineWasm());
      for (let seed = 1; seed <= 120; seed++) {
        const rng = random(seed);
        const graph = seed % 2 === 0 ? kernelGraph(rng) : randomGraph(rng, seed % 5);
        const network = encodeModel(graph);
        if (memoryRequirement(parseModel(network)) > client.info.ramBytes) continue;
        await deploy(client, network, { engine: await engineOf(path) });
        host.load(network);
        expect(client.info.weightsInPlace).toBe(Number(weights === 'flash'));
        const image = randomImage(rng, graph);
        expect({ seed, trace: await client.trace(image) }).toEqual({ seed, trace: host.trace(image) });
        const { logits } = await client.infer(image);
        expect(logits).toEqual(host.run(image).subarray(0, logits.length));
        expect((await client.profile(image)).ticks).toHaveLength(graph.ops.length);
      }
    },
  );

  test('the command deploys, and checks with 1,000 images', async () => {
    const board = await BoardProcess.start(buildPosix());
    const file = join(temporaryDirectory(), 'model.bdm');
    writeFileSync(file, denseNetwork({ side: 28 }));
    expect(bdEdge('deploy', file, '--port', board.port, '--json').status).toBe(0);
    const checked = bdEdge(
      'check',
      file,
      '--port',
      board.port,
      '--data',
      'mnist',
      '--limit',
      '1000',
      '--json',
    );
    expect(JSON.parse(checked.stdout)).toMatchObject({
      images: 1000,
      classMismatches: 0,
      logitMismatches: 0,
      firstDivergingImage: null,
    });
  });

  test('a pseudo-terminal with the package serialport', async () => {
    const board = await start(['--pty']);
    const client = await board.connect();
    await deploy(client, model);
    await expectActive(client, model);
  });

  test('an interpreter that returns its stack after every few operations', async () => {
    const board = await start([], { BOARD_CODE_PAGE: 512, BOARD_UNWIND_OPERATIONS: 4 });
    const client = await board.connect();
    const host = await Engine.instantiate(engineWasm());
    for (const path of ['interpreted', 'native kernels'] as const) {
      for (let seed = 1; seed <= 4; seed++) {
        const rng = random(seed);
        const graph = randomGraph(rng, seed);
        await deploy(client, encodeModel(graph), { engine: await engineOf(path) });
        host.load(encodeModel(graph));
        const image = randomImage(rng, graph);
        expect({ seed, trace: await client.trace(image) }).toEqual({ seed, trace: host.trace(image) });
      }
    }
    const loops = odd.oddEngine({ code: { run: odd.RECURSES } });
    await deploy(client, model, { engine: loops });
    expect(await refusal(client.infer(images[0]))).toMatchObject({
      number: protocol.ERROR_TRAPPED,
      reason: '[trap] stack overflow',
    });
    expect(board.complaints).toBe('');
  });

  test('with little memory, compiles only what a model needs', async () => {
    const bytes: number[] = [];
    for (const settings of [{}, { POSIX_RAM: 59_000, BOARD_INTERPRETER_WORDS: 6000 }]) {
      const client = await (await start([], settings)).connect();
      await deploy(client, model, { engine: await engineOf('interpreted') });
      await expectActive(client, model, 'interpreted');
      bytes.push((await client.profile(images[0])).interpreterBytes);
    }
    expect(bytes[1]).toBeLessThan(bytes[0] - 5000);
  });

  test('gives the same results with small frames and less than a page of memory', async () => {
    const client = await (
      await start([], { BOARD_PAYLOAD: 128, POSIX_RAM: 82_000, BOARD_INTERPRETER_WORDS: 8000 })
    ).connect();
    expect(client.info).toMatchObject({ maxPayload: 128, ramBytes: 18_000 });
    await deploy(client, model);
    await expectActive(client, model);
    expect(client.info.ramBytes).toBeLessThan(65536);
    // A frame does not hold the trace of all ops and the logits of all classes.
    const rng = random(3);
    const wide = randomGraph(rng, 4);
    await deploy(client, encodeModel(wide));
    const host = await Engine.instantiate(engineWasm());
    host.load(encodeModel(wide));
    const image = randomImage(rng, wide);
    expect(await client.trace(image)).toEqual(host.trace(image));
  });
});

describe('power loss', () => {
  test('during an upload: the previous pair stays active, and the upload resumes', async () => {
    const flash = flashFile();
    let board = await start(['--flash', flash]);
    let client = await board.connect();
    await deploy(client, model);
    const large = denseNetwork({ side: 6, hidden: 3000 });
    await expect(
      deploy(client, large, {
        onProgress: ({ part, offset }) => {
          if (part === 'model' && offset > 60_000) void board.kill();
        },
      }),
    ).rejects.toThrow();
    await board.kill();
    board = await start(['--flash', flash]);
    client = await board.connect();
    await expectActive(client, model);
    const { model: second } = await deploy(client, large);
    expect(second.bytesSkipped).toBeGreaterThan(40_000);
    expect(second.bytesSent).toBe(second.bytes - second.bytesSkipped);
    await expectActive(client, large);
    await board.kill();
    client = await (await start(['--flash', flash])).connect();
    await expectActive(client, large);
  });

  test('at any byte of a deployment: one of the two pairs is active', async () => {
    const next = denseNetwork({ seed: 2, hidden: 500 });
    let lost = 0;
    for (const after of [1, 4500, 9000, 20_000, 30_000]) {
      const flash = flashFile();
      const first = await start(['--flash', flash]);
      await deploy(await first.connect(), model);
      await first.kill();
      const second = await start(['--flash', flash, '--power-loss', String(after)]);
      const failure = await deploy(await second.connect(), next).then(
        () => undefined,
        (error) => error,
      );
      if (failure !== undefined) {
        lost++;
        expect(await second.ended()).toBe(77);
      }
      await second.kill();
      const client = await (await start(['--flash', flash])).connect();
      await expectActive(client, failure === undefined ? next : model);
      await deploy(client, next);
      await expectActive(client, next);
    }
    expect(lost).toBeGreaterThan(2);
  });
});

describe('invalid uploads and requests', () => {
  /** Checks that the board rejects the parts and keeps the previous pair. */
  async function expectRefused(
    parts: Parameters<typeof force>[1],
    error: object,
    args?: string[],
  ): Promise<void> {
    const board = await start(args);
    const client = await board.connect();
    await deploy(client, model);
    expect(await force(client, parts)).toMatchObject(error);
    await expectActive(client, model);
    expect(board.complaints).toBe('');
  }

  test('rejects an engine of another version', () =>
    expectRefused(
      { engine: odd.oddEngine({ code: { abi: odd.answers(ENGINE_ABI + 1) } }) },
      { number: protocol.ERROR_ENGINE_ABI, detail: ENGINE_ABI + 1 },
    ));

  test.each([
    ['bytes that are not wasm', denseNetwork()],
    ['truncated wasm', wholeEngine.subarray(0, 3000)],
    ['wasm that is not an engine', odd.oddEngine({ without: 'loadModel' })],
    ['wasm with other functions', odd.oddEngine({ code: { abi: [] } })],
  ])('rejects %s', (_, engine) => expectRefused({ engine }, { number: protocol.ERROR_ENGINE, detail: 0 }));

  // firmware/wasm-validate.test.ts has a case for each reason.
  test.each<[string, odd.OddEngineOptions]>([
    ['has a start function', { code: { run: odd.LOOPS }, starts: true }],
    [
      'has memory.grow',
      { code: { run: [...odd.answers(-1), 0x40, 0x00, 0x1a, ...odd.answers(1), 0x40, 0x00, 0x1a] } },
    ],
    ['has call_indirect', { code: { run: [...odd.answers(0), 0x11, 0x00, 0x00] } }],
    ['has br_table', { code: { run: [...odd.answers(0), 0x0e, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x00] } }],
    ['unknown function', { code: { run: [0x10, 0x63] } }],
    ['stack height', { code: { run: [0x1a] } }],
  ])('validates an engine before the interpreter reads it: %s', (reason, options) =>
    expectRefused({ engine: odd.oddEngine(options) }, { number: protocol.ERROR_ENGINE, reason }),
  );

  test.each(['memory', 'flash'] as const)(
    'rejects invalid models, weights in %s, with the same number as the host',
    async (weights) => {
      const host = await Engine.instantiate(engineWasm());
      const board = await start([], { BOARD_LEAVE_WEIGHTS: Number(weights === 'flash') });
      const client = await board.connect();
      const engine = await engineOf('native kernels');
      await deploy(client, model);
      const codes = new Set<number>();
      for (let seed = 0; codes.size < 12; seed++) {
        const rng = random(seed);
        const hostile = seed % 2 === 0 ? mutate(model, rng) : mutate(encodeModel(randomGraph(rng, 4)), rng);
        const { number, op = -1 } = refusalBy(host, hostile);
        if (number === VALID || hostile.length === 0) continue;
        codes.add(number);
        expect({ seed, ...(await force(client, { engine, model: hostile })) }).toMatchObject({
          seed,
          number: protocol.ERROR_MODEL,
          detail: number | ((op + 1) << 8),
        });
      }
      await expectActive(client, model, 'native kernels');
      expect(board.complaints).toBe('');
    },
  );

  test('runs a model that is larger than memory with native kernels, its weights in flash', async () => {
    const board = await start([], { POSIX_RAM: 90_000 });
    const client = await board.connect();
    await deploy(client, model);
    expect(await check(client, model, images)).toMatchObject({ weights: 'memory' });
    const large = denseNetwork({ side: 28, hidden: 400 });
    expect(large.length).toBeGreaterThan(3 * 90_000);
    await deploy(client, large);
    const expected = {
      images: 50,
      classMismatches: 0,
      logitMismatches: 0,
      path: 'native kernels',
      weights: 'flash',
    };
    expect(await check(client, large, randomImages(50, 28))).toMatchObject(expected);
    // The interpreter alone cannot run it, which host and board both report.
    const engine = await engineOf('interpreted');
    await expect(deploy(client, large, { engine })).rejects.toMatchObject({ code: 'not-enough-memory' });
    expect(await force(client, { model: large })).toMatchObject({ number: protocol.ERROR_OUT_OF_MEMORY });
    // For a model that does not fit either way, the board reports what it needs at least.
    const wide = denseNetwork({ side: 200, hidden: 4 });
    const least = memoryWithoutWeights(parseModel(wide));
    await expect(deploy(client, wide)).rejects.toMatchObject({ code: 'not-enough-memory' });
    expect(await force(client, { engine: await engineOf('native kernels'), model: wide })).toMatchObject({
      number: protocol.ERROR_OUT_OF_MEMORY,
      detail: least,
    });
    expect(await check(client, large, randomImages(50, 28))).toMatchObject(expected);
    expect(board.complaints).toBe('');
  });

  test('rejects invalid requests', async () => {
    const client = await (await start()).connect();
    const digest = digestOf(model);
    const { SLOT_ENGINE, SLOT_MODEL } = protocol;
    const refused = async (request: Promise<unknown>) => (await refusal(request)).number;
    expect(await refused(client.infer(images[0]))).toBe(protocol.ERROR_NOTHING_ACTIVE);
    expect(await refused(client.trace(images[0]))).toBe(protocol.ERROR_NOTHING_ACTIVE);
    expect(await refused(client.profile(images[0]))).toBe(protocol.ERROR_NOTHING_ACTIVE);
    expect(await refused(client.uploadChunk(SLOT_MODEL, 0, model.subarray(0, 9)))).toBe(
      protocol.ERROR_NO_UPLOAD,
    );
    expect(await refused(client.beginUpload(SLOT_ENGINE, 32769, digest))).toBe(protocol.ERROR_TOO_LARGE);
    expect(await refused(client.beginUpload(SLOT_MODEL, 2 ** 28, digest))).toBe(protocol.ERROR_TOO_LARGE);
    expect(await refused(client.activate(digest, digest))).toBe(protocol.ERROR_NOT_STAGED);
    await client.beginUpload(SLOT_MODEL, 10, digest);
    expect(await refused(client.uploadChunk(SLOT_MODEL, 0, model.subarray(0, 11)))).toBe(
      protocol.ERROR_MALFORMED,
    );
    expect(await refused(client.uploadChunk(SLOT_MODEL, 0, model.subarray(0, 10)))).toBe(
      protocol.ERROR_DIGEST_MISMATCH,
    );
    expect(await refused(client.uploadChunk(SLOT_MODEL, 0, model.subarray(0, 10)))).toBe(
      protocol.ERROR_NO_UPLOAD,
    );
    await deploy(client, model);
    expect(await refusal(client.infer(new Uint8Array(37)))).toMatchObject({
      number: protocol.ERROR_IMAGE_SIZE,
      detail: 36,
    });
    await expectActive(client, model);
  });
});

describe('an engine that fails during a run', () => {
  test.each([
    { what: 'traps', code: odd.TRAPS, reason: '[trap] unreachable executed' },
    { what: 'loops forever', code: odd.LOOPS, reason: 'time limit exceeded' },
    { what: 'calls itself forever', code: odd.RECURSES, reason: '[trap] stack overflow' },
    { what: 'reads beyond its memory', code: odd.readsAt(100_000), reason: '[trap] out of bounds' },
  ])('$what: the board stops it, reports it, and continues', async ({ code, reason }) => {
    // Less memory than the module declares: not a whole number of pages.
    const board = await start(['--clock-rate', '100'], { POSIX_RAM: 90_000 });
    const client = await board.connect();
    await deploy(client, model, { engine: odd.oddEngine({ code: { run: code } }) });
    for (let time = 0; time < 2; time++) {
      expect(await refusal(client.infer(images[0]))).toMatchObject({
        number: protocol.ERROR_TRAPPED,
        reason: expect.stringContaining(reason),
      });
    }
    await deploy(client, model);
    await expectActive(client, model);
    expect(board.complaints).toBe('');
  });
});

describe('the time limit is for a request, not for each call of the engine', () => {
  /** `local 0 = turns; loop local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0 end` */
  const counts = (turns: number) => [
    ...[...odd.answers(turns), 0x21, 0x00, 0x03, 0x40],
    ...[0x20, 0x00, 0x41, 0x01, 0x6b, 0x22, 0x00, 0x0d, 0x00, 0x0b],
  ];
  /** 36 bytes for the image, and 65,535 logits in each other tensor: a request reads 250 MB. */
  const large = [...odd.answers(36), ...odd.answers(262_140), 0x20, 0x00, 0x45, 0x1b];
  const run: number[] = [];
  const opCount = odd.answers(65_535);

  test.each<[string, NonNullable<odd.OddEngineOptions['code']>]>([
    ['loops in each op', { run, opCount, runOp: counts(200_000) }],
    ['large outputs of each op', { run, opCount, tensorSize: large }],
  ])('%s', async (_, code) => {
    // 20 s of the board are 0.2 s here.
    const board = await start(['--clock-rate', '100'], { POSIX_RAM: 400_000, BOARD_PAYLOAD: 4096 });
    const client = await board.connect();
    await deploy(client, model, { engine: odd.oddEngine({ code }) });
    const started = performance.now();
    expect(await refusal(client.trace(images[0]))).toMatchObject({
      number: protocol.ERROR_TRAPPED,
      reason: expect.stringContaining('time limit exceeded'),
    });
    expect(performance.now() - started).toBeLessThan(20_000);
    await deploy(client, model);
    await expectActive(client, model);
    expect(board.complaints).toBe('');
  });
});

/** Kernels that return a number. */
const RETURNING = ['copy', 'checksum', 'anyBits', 'inRange', 'largestMagnitude'];

/** The struct that `layer` reads: small valid convolutions and pools, with the given fields replaced. */
const SOUND = {
  ...{ opcode: OPCODE_BINARY_CONVOLUTION, outputsPerSum: 1, shift: 0 },
  ...{ kernelHeight: 3, kernelWidth: 3, strideY: 1, strideX: 1, paddingTop: 0, paddingLeft: 0 },
  ...{ input: 0, inputType: TYPE_BITS, inputHeight: 8, inputWidth: 8, inputChannels: 64, inputPlanes: 1 },
  ...{ output: 60_000, outputType: TYPE_BITS, outputHeight: 6, outputWidth: 6, outputChannels: 16 },
  ...{ outputPlanes: 1, weights: 40_000, parameters: 50_000, addend: 0, addendChannels: 0, scratch: 70_000 },
  ...{ poolHeight: 1, poolWidth: 1 },
};
type Layer = typeof SOUND;
const binary = (given: Partial<Layer> = {}): Layer => ({ ...SOUND, ...given });
const int8 = (given: Partial<Layer> = {}) =>
  binary({ opcode: OPCODE_INT8_CONVOLUTION, inputType: TYPE_U8, inputChannels: 9, ...given });
const numbers = { outputType: TYPE_INT16, outputsPerSum: 1, shift: 9 };
const sums = (given: Partial<Layer> = {}) =>
  binary({ opcode: OPCODE_SUM_POOL, inputType: TYPE_INT16, outputChannels: 64, ...numbers, ...given });
const maxima = (given: Partial<Layer> = {}) =>
  binary({ opcode: OPCODE_MAX_POOL, outputChannels: 64, outputsPerSum: 0, ...given });

/** Returns a call of a kernel with its values, or of `layer` with a struct in memory. */
function callOf(kernel: string, values: number[] | Layer): odd.KernelCall {
  if (Array.isArray(values)) {
    return { kernel, values: values.map((value) => value | 0), returns: RETURNING.includes(kernel) };
  }
  const offsets: Record<string, number> = { ...layout };
  const words: number[] = [];
  for (const [name, value] of Object.entries(values)) {
    words[offsets[`LAYER_${name.replace(/[A-Z]/g, '_$&').toUpperCase()}`] / layout.WORD_BYTES] = value;
  }
  return { kernel, values: [30_000], data: { address: 30_000, words } };
}

describe('an engine that passes addresses outside its memory to a kernel is stopped', () => {
  // Memory has less than 90,000 bytes. A list has the kernel's parameters in the order of docs/link.md.
  test.each([
    ...Object.entries({
      'no op': binary({ opcode: 0 }),
      'another op': binary({ opcode: 5 }),
      'image above the end': binary({ input: 100_000 }),
      'image too high': binary({ inputHeight: 60_000 }),
      'image that wraps round': binary({
        inputHeight: 65_535,
        inputWidth: 65_535,
        inputPlanes: 2,
        inputChannels: 65_535,
      }),
      'image that is not aligned': binary({ input: 2 }),
      'numbers of more than 16 bits': binary({ outputHeight: 65_536, outputWidth: 0 }),
      'no planes': binary({ inputPlanes: 0 }),
      'three planes': binary({ inputPlanes: 3 }),
      'planes of bytes': int8({ inputPlanes: 2 }),
      'an image of logits': int8({ inputType: TYPE_INT32 }),
      'an image of no type': int8({ inputType: 4 }),
      'bytes that count as bits': binary({ inputType: TYPE_U8 }),
      kernel: binary({ kernelHeight: 256 }),
      stride: binary({ strideX: 256 }),
      'no stride': binary({ strideY: 0 }),
      'as much padding as kernel': binary({ paddingTop: 3 }),
      'no channels': sums({ inputChannels: 0 }),
      'no outputs': binary({ outputHeight: 0 }),
      'numbers of many addends': sums({ addendChannels: 65_536 }),
      weights: binary({ weights: 89_000 }),
      'many weights': binary({ outputChannels: 2000 }),
      'weights that are not aligned': binary({ weights: 40_002 }),
      'int8 weights': int8({ weights: 89_000 }),
      'no filters': sums({ outputChannels: 0 }),
      'channels that do not go into filters': sums({ outputChannels: 48 }),
      'three channels to a filter': sums({ inputChannels: 63, outputChannels: 21 }),
      parameters: binary({ parameters: 89_992 }),
      'parameters of numbers': sums({ parameters: 89_600 }),
      'a mask': maxima({ parameters: 89_996 }),
      'bits without thresholds': binary({ outputsPerSum: 0 }),
      'three outputs per sum': binary({ outputsPerSum: 3 }),
      'logits with a threshold': int8({ outputType: TYPE_INT32 }),
      'two planes of one threshold': binary({ outputPlanes: 2 }),
      'channels that are not two per sum': binary({ outputsPerSum: 2, outputChannels: 33 }),
      'two planes of numbers': sums({ outputsPerSum: 2, outputPlanes: 2 }),
      'an output of no type': binary({ outputType: 4 }),
      'a shift of 63': sums({ shift: 63 }),
      output: binary({ output: 89_992 }),
      'output that is not aligned': binary({ output: 60_002 }),
      'output of numbers': sums({ output: 89_000 }),
      addend: sums({ addend: 89_000, addendChannels: 64 }),
      'addend that is not aligned': sums({ addend: 1, addendChannels: 64 }),
      'scratch memory': binary({ scratch: 89_800 }),
      'scratch memory above the end': binary({ scratch: 100_000 }),
      'scratch memory of streams': int8({ inputType: TYPE_INT16, scratch: 89_640 }),
      'scratch memory of a pool': int8({ poolHeight: 2, outputHeight: 3, scratch: 89_700 }),
      'scratch memory that is not aligned': binary({ scratch: 70_002 }),
      'an image in scratch memory': binary({ input: 70_000 }),
      'an output in scratch memory': binary({ output: 69_996 }),
      'weights in scratch memory': int8({ weights: 69_000 }),
      'parameters in scratch memory': int8({ parameters: 69_996 }),
      'an addend in scratch memory': sums({ addend: 69_000, addendChannels: 64 }),
      'no pool': binary({ poolHeight: 0 }),
      'a pool of 256': binary({ poolWidth: 256 }),
      'a pool behind a pool': maxima({ poolHeight: 2, outputHeight: 3 }),
      'a pool of sums': int8({ poolWidth: 2, outputType: TYPE_INT32, outputsPerSum: 0, outputWidth: 3 }),
      'a pool of numbers with an addend': int8({
        ...{ poolWidth: 2, outputWidth: 3, addend: 20_000, addendChannels: 1 },
        ...numbers,
      }),
      'a window outside of the image': binary({ strideY: 2 }),
      'a window of a pool outside of the image': binary({ poolWidth: 2 }),
      'maxima of another type': maxima({ outputType: TYPE_U8 }),
      'maxima of other channels': maxima({ outputChannels: 63 }),
      'maxima of other planes': maxima({ inputPlanes: 2 }),
      'sums of bits': sums({ inputType: TYPE_BITS }),
    }).map(([name, values]): [string, string, number[] | Layer] => ['layer', name, values]),
    ['layer', 'struct above the end', [89_992]],
    ['layer', 'struct at the highest address', [-4]],
    ['layer', 'struct that is not aligned', [30_002]],
    ['copy', 'from above the end', [0, 89_992, 1000]],
    ['checksum', 'above the end', [89_992, 1000]],
    ['checksum', 'that wraps round', [1, -1]],
    ['anyBits', 'above the end', [0, 40_000]],
    ['anyBits', 'that are not aligned', [2, 1]],
    ['inRange', 'above the end', [0, 40_000, 0, 1]],
    ['inRange', 'of very many', [0, -1, 0, 1]],
    ['largestMagnitude', 'above the end', [60_000, 40_000, 1]],
    ['largestMagnitude', 'of nothing, very often', [0, 0, -1]],
    ['checksum', 'where nothing is shown', [IN_PLACE, 0]],
  ])('%s: %s', async (kernel, _, values) => {
    const board = await start([], { POSIX_RAM: 90_000 });
    const client = await board.connect();
    const calls = callOf(kernel, values);
    await deploy(client, model, { engine: odd.oddEngine({ calls }) });
    expect(await refusal(client.infer(images[0]))).toMatchObject({
      number: protocol.ERROR_TRAPPED,
      reason: '[trap] out of bounds memory access',
    });
    expect(board.complaints).toBe('');
  });

  // A model in flash, which ends at `end`.
  const end = IN_PLACE + model.length;
  test.each([
    ['layer', 'struct', [IN_PLACE]],
    ['layer', 'input', binary({ input: IN_PLACE })],
    ['layer', 'weights', binary({ weights: end - 64 })],
    ['layer', 'output', binary({ output: IN_PLACE })],
    ['layer', 'scratch memory', int8({ scratch: IN_PLACE })],
    ['layer', 'parameters', int8({ parameters: end - 64 })],
    ['layer', 'addend', sums({ addend: IN_PLACE, addendChannels: 1 })],
    ['copy', 'beyond the end', [0, end - 1, 2]],
    ['checksum', 'beyond the end', [end, 1]],
    ['checksum', 'up to the highest address', [IN_PLACE, IN_PLACE]],
    ['anyBits', 'beyond the end', [end - 4, 2]],
    ['largestMagnitude', 'beyond the end', [IN_PLACE, model.length, 2]],
  ])('%s, with a model in flash: %s', async (kernel, _, values) => {
    const board = await start([], { POSIX_RAM: 90_000 });
    const client = await board.connect();
    const calls = callOf(kernel, values);
    const code = { reserve: odd.answers(IN_PLACE | 0) };
    await deploy(client, model, { engine: odd.oddEngine({ code, calls }) });
    expect(client.info.weightsInPlace).toBe(1);
    expect(await refusal(client.infer(images[0]))).toMatchObject({
      number: protocol.ERROR_TRAPPED,
      reason: '[trap] out of bounds memory access',
    });
    expect(board.complaints).toBe('');
  });

  test.each<[string, number[] | Layer]>([
    ['layer', binary()],
    [
      'layer',
      binary({ inputPlanes: 2, outputsPerSum: 2, outputChannels: 32, paddingTop: 1, paddingLeft: 1 }),
    ],
    ['layer', binary({ outputsPerSum: 2, outputPlanes: 2, outputChannels: 40 })],
    ['layer', binary({ poolHeight: 2, poolWidth: 3, outputHeight: 3, outputWidth: 2 })],
    ['layer', binary({ paddingTop: 2, paddingLeft: 2, strideY: 9, outputHeight: 1, outputWidth: 10 })],
    ['layer', maxima({ strideX: 7, outputWidth: 2 })],
    ['layer', maxima({ inputType: TYPE_INT16, outputType: TYPE_INT16, strideY: 7, outputHeight: 2 })],
    ['layer', maxima({ inputPlanes: 2, outputPlanes: 2 })],
    ['layer', sums({ strideX: 7, outputWidth: 2, paddingTop: 1 })],
    ['layer', sums({ outputsPerSum: 2, addend: 20_000, addendChannels: 5 })],
    ['layer', sums({ inputType: TYPE_U8, outputType: TYPE_U8, shift: 62 })],
    ['layer', int8()],
    ['layer', int8({ inputChannels: 3, paddingTop: 2, strideY: 3, outputHeight: 4 })],
    ['layer', int8({ inputChannels: 3, poolHeight: 2, poolWidth: 2, outputHeight: 3, outputWidth: 3 })],
    ['layer', int8({ inputType: TYPE_INT16, ...numbers, outputsPerSum: 2, outputChannels: 32 })],
    ['layer', int8({ inputType: TYPE_BITS, inputPlanes: 2, outputType: TYPE_INT32, outputsPerSum: 0 })],
    // An image that is also the output, or the weights.
    ['layer', binary({ output: 0 })],
    ['layer', int8({ weights: 0 })],
    ['copy', [0, 40_000, 30_000]],
    // The result is 0: memory ends before.
    ['copy', [89_992, 0, 1000]],
    ['copy', [IN_PLACE, 0, 1000]],
    ['checksum', [0, 80_000]],
    ['anyBits', [0, 20_000]],
    ['anyBits', [0, 0]],
    ['inRange', [0, 20_000, 0, 1]],
    ['largestMagnitude', [0, 40_000, 2]],
  ])('%s inside its memory succeeds', async (kernel, values) => {
    const board = await start([], { POSIX_RAM: 90_000 });
    const client = await board.connect();
    const calls = callOf(kernel, values);
    await deploy(client, model, { engine: odd.oddEngine({ calls }) });
    expect((await client.infer(images[0])).outputs).toBe(10);
    expect(board.complaints).toBe('');
  });

  test('rejects an import with other parameters', async () => {
    const client = await (await start()).connect();
    expect(
      await force(client, { engine: odd.oddEngine({ calls: { kernel: 'layer', values: [1, 2] } }) }),
    ).toMatchObject({ number: protocol.ERROR_ENGINE, reason: 'wrong signature' });
    expect(
      await force(client, { engine: odd.oddEngine({ calls: { kernel: 'other', values: [] } }) }),
    ).toMatchObject({ number: protocol.ERROR_ENGINE, reason: 'unknown import' });
  });
});

test('a UART that loses bytes: the board reports it, and everything arrives', async () => {
  const board = await start(['--overrun-after', '5000']);
  const log: string[] = [];
  const client = await board.connect({ onLog: (text) => log.push(text), timeoutMs: 100, retries: 50 });
  await deploy(client, denseNetwork({ hidden: 1000 }));
  expect(log.join('')).toContain('receive overrun: bytes were lost');
  expect(client.statistics.resentFrames).toBeGreaterThan(0);
  await expectActive(client, denseNetwork({ hidden: 1000 }));
});
