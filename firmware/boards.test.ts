import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { EmulatedBoard } from '@bd-edge/host/internal';
import {
  activePath,
  BoardClient,
  BoardError,
  check,
  deploy,
  digestOf,
  type EnginePath,
  engineOf,
  listenPty,
  MPS2_AN500,
  NRF51,
  openPort,
  PicoBoard,
  protocol,
  referenceExpectation,
  startQemu,
  transportPair,
  upload,
} from '@bd-edge/host/internal';
import { ENGINE_ABI, encodeModel, memoryRequirement, parseModel } from '@bd-edge/sdk/internal';
import { describe, expect, onTestFinished, type TestContext, test } from 'vitest';
import { bdEdge, command } from '../cli/testing/command.js';
import { denseNetwork, randomImages, wideNetwork } from '../firmware-host/testing/network.js';
import { answers, oddEngine, readsAt } from '../firmware-host/testing/odd-engine.js';
import { requireSocat, temporaryDirectory } from '../firmware-host/testing/socat.js';
import { kernelGraph } from '../sdk/testing/kernel-graph.js';
import { random, randomGraph, randomImage } from '../sdk/testing/random-graph.js';
import { buildFirmware, requireQemu, requireToolchain } from './testing/board-firmware.js';
import { requireUnicorn, startNrf52 } from './testing/nrf52-board.js';

/*
 * Tests the firmware images on emulated chips, one complete sequence for each board. posix.test.ts tests what does not depend
 * on the chip.
 */

const model = denseNetwork();
const images = randomImages(20);
const folders = new Map<string, Promise<string>>();

/** Builds each board's firmware once. @returns its folder */
function firmwareOf(board: string): Promise<string> {
  const folder = join('build', 'firmware', `test-${board}`);
  const built = folders.get(board) ?? buildFirmware({ board, folder }).then(() => folder);
  folders.set(board, built);
  return built;
}

const boards = {
  pico: async () => PicoBoard.start(readFileSync(join(await firmwareOf('pico'), 'firmware.bin'))),
  m7: async () => startQemu(MPS2_AN500, join(await firmwareOf('m7'), 'firmware.elf')),
  nrf51: async () => startQemu(NRF51, join(await firmwareOf('nrf51'), 'firmware.elf')),
  nrf52833: async () => startNrf52(join(await firmwareOf('nrf52833'), 'firmware.bin')),
};

/** Skips a test if the compiler or the emulator of a board is missing. */
function requireTools(name: keyof typeof boards, context: TestContext): void {
  requireToolchain(context);
  if (name === 'nrf52833') requireUnicorn(context);
  else if (name !== 'pico') requireQemu(context);
}

/** Starts a board for this test and connects a client. */
async function start(name: keyof typeof boards): Promise<{ board: EmulatedBoard; client: BoardClient }> {
  const board = await boards[name]();
  onTestFinished(() => board.close());
  const [here, there] = transportPair(name);
  board.attach(there);
  const client = await BoardClient.connect(here);
  onTestFinished(() => client.close());
  return { board, client };
}

/** Checks that the board runs this model and gives the host's logits. */
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

async function refusalOf(request: Promise<unknown>): Promise<number> {
  const error = await request.then(
    () => expect.unreachable('the board should have refused'),
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(BoardError);
  return (error as BoardError).number;
}

/** Uploads a part without the host's own checks. */
async function force(client: BoardClient, slot: number, bytes: Uint8Array): Promise<void> {
  let offset = await client.beginUpload(slot, bytes.length, digestOf(bytes));
  while (offset < bytes.length)
    offset = await client.uploadChunk(slot, offset, bytes.subarray(offset, offset + client.chunkBytes));
}

describe.each(Object.keys(boards) as (keyof typeof boards)[])('%s', (name) => {
  test('deploys, resumes, rejects and survives a reset', { timeout: 240_000 }, async (context) => {
    requireTools(name, context);
    const { board, client } = await start(name);

    // Every logit and every op gives the host's result.
    const first = await deploy(client, model);
    expect(first.bytesSent).toBe(first.engine.bytes + first.model.bytes);
    await expectActive(client, model, 'native kernels');
    expect(await client.trace(images[0])).toEqual(referenceExpectation(model).trace(images[0]));

    // The same with the interpreter alone, if there is more than 32 KB of RAM.
    if (name !== 'nrf51') {
      await deploy(client, model, { engine: await engineOf('interpreted') });
      await expectActive(client, model, 'interpreted');
    }

    // Another model and back, without sending the engine again.
    await deploy(client, model);
    const other = denseNetwork({ seed: 2, hidden: 70 });
    expect((await deploy(client, other)).engine.bytesSent).toBe(0);
    await expectActive(client, other);
    expect((await deploy(client, model)).bytesSent).toBe(0);

    // Reset during an upload: the previous pair is active, and the upload resumes.
    const roomy = (await client.hello()).ramBytes > 16_384;
    const large = denseNetwork({ seed: 3, hidden: roomy ? 250 : 90 });
    const half = large.subarray(0, large.length >> 1);
    let offset = await client.beginUpload(protocol.SLOT_MODEL, large.length, digestOf(large));
    while (offset < half.length)
      offset = await client.uploadChunk(
        protocol.SLOT_MODEL,
        offset,
        half.subarray(offset, offset + client.chunkBytes),
      );
    await board.reset();
    await expectActive(client, model);
    const resumed = await deploy(client, large);
    expect(resumed.model.bytesSkipped).toBeGreaterThan(0);
    expect(resumed.model.bytesSkipped).toBeLessThanOrEqual(half.length);
    await expectActive(client, large);

    // An engine of another version, and a model that is too large for a bank or for memory, are rejected.
    const stranger = oddEngine({ code: { abi: answers(ENGINE_ABI + 1) } });
    await force(client, protocol.SLOT_ENGINE, stranger);
    expect(await refusalOf(client.activate(digestOf(stranger), digestOf(large)))).toBe(
      protocol.ERROR_ENGINE_ABI,
    );
    expect(await refusalOf(client.beginUpload(protocol.SLOT_MODEL, 1 << 27, digestOf(model)))).toBe(
      protocol.ERROR_TOO_LARGE,
    );
    const { ramBytes } = await client.hello();
    const huge = wideNetwork({ side: 2 * Math.ceil(Math.sqrt(ramBytes) / 2), channels: 8, layers: 0 });
    await expect(deploy(client, huge)).rejects.toMatchObject({ code: 'not-enough-memory' });
    await expectActive(client, large);

    // Everything survives a reset.
    await board.reset();
    await expectActive(client, large);
  });
});

test.for([
  ['pico', 264, wideNetwork({ channels: 512, layers: 1 }), 8],
  ['nrf51', 32, denseNetwork({ side: 29, hidden: 40 }), 29],
] as const)(
  '%s: a model larger than its %i KB of memory, each layer as on the host',
  { timeout: 120_000 },
  async ([name, kilobytes, large, side], context) => {
    requireTools(name, context);
    const { board, client } = await start(name);
    expect(large.length).toBeGreaterThan(kilobytes * 1024);
    await deploy(client, large);
    const expected = referenceExpectation(large);
    const [image] = randomImages(1, side);
    expect(await client.trace(image)).toEqual(expected.trace(image));
    const report = { images: 1, logitMismatches: 0, path: 'native kernels', weights: 'flash' };
    expect(await check(client, large, [image])).toMatchObject(report);
    await board.reset();
    expect(await check(client, large, [image])).toMatchObject(report);
  },
);

test.for(Object.keys(boards) as (keyof typeof boards)[])(
  '%s: convolutions, pools and residual streams, each layer as on the host',
  { timeout: 120_000 },
  async (name, context) => {
    requireTools(name, context);
    const { client } = await start(name);
    await deploy(client, model);
    let networks = 0;
    for (let seed = 1; networks < 6; seed++) {
      const rng = random(seed);
      const graph = seed % 2 === 0 ? kernelGraph(rng) : randomGraph(rng, 4);
      const network = encodeModel(graph);
      if (memoryRequirement(parseModel(network)) > client.info.ramBytes) continue;
      networks++;
      await deploy(client, network);
      const image = randomImage(rng, graph);
      const expected = referenceExpectation(network).trace(image);
      expect({ seed, trace: await client.trace(image) }).toEqual({ seed, trace: expected });
    }
  },
);

describe('nrf51: less memory than a page of WebAssembly', () => {
  test('stops an engine that reads beyond it', { timeout: 60_000 }, async (context) => {
    requireToolchain(context);
    requireQemu(context);
    const { client } = await start('nrf51');
    // An address below 64 KB and above the chip's RAM.
    await deploy(client, model, { engine: oddEngine({ code: { run: readsAt(40_000) } }) });
    await expect(client.infer(images[0])).rejects.toMatchObject({
      number: protocol.ERROR_TRAPPED,
      reason: '[trap] out of bounds memory access',
    });
    await deploy(client, model);
    await expectActive(client, model);
  });

  test('compiles the deepest blocks that it accepts', { timeout: 60_000 }, async (context) => {
    requireToolchain(context);
    requireQemu(context);
    const { client } = await start('nrf51');
    // `i32.const 0 if` in one another; the function is the 16th block.
    const run = [...Array(15).fill([0x41, 0x00, 0x04, 0x40]).flat(), ...Array(15).fill(0x0b)];
    await deploy(client, model, { engine: oddEngine({ code: { run } }) });
    expect((await client.infer(images[0])).outputs).toBe(10);
    await deploy(client, model);
    // The highest since the start. The stack has 4,352 bytes, and BOARD_STACK_MARGIN of them remain.
    const { stackBytes } = await client.profile(images[0]);
    expect(stackBytes).toBeLessThan(4352 - 1024);
  });

  test('rejects a model that fits neither in flash nor in memory', { timeout: 60_000 }, async (context) => {
    requireToolchain(context);
    requireQemu(context);
    const { client } = await start('nrf51');
    const { engine } = await deploy(client, model);
    const large = denseNetwork({ side: 95, hidden: 4 });
    await force(client, protocol.SLOT_MODEL, large);
    const engineDigest = Uint8Array.from(Buffer.from(engine.digest, 'hex'));
    expect(await refusalOf(client.activate(engineDigest, digestOf(large)))).toBe(
      protocol.ERROR_OUT_OF_MEMORY,
    );
    await expectActive(client, model);
  });
});

test('pico: the UART overruns, the board reports it, and everything arrives', {
  timeout: 120_000,
}, async (context) => {
  requireToolchain(context);
  const image = readFileSync(join(await firmwareOf('pico'), 'firmware.bin'));
  const board = await PicoBoard.start(image, { burstEvery: 4000 });
  onTestFinished(() => board.close());
  const [here, there] = transportPair('pico');
  board.attach(there);
  const log: string[] = [];
  const client = await BoardClient.connect(here, {
    onLog: (text) => log.push(text),
    timeoutMs: 300,
    retries: 50,
  });
  onTestFinished(() => client.close());
  await deploy(client, model);
  expect(board.lostBytes).toBeGreaterThan(0);
  expect(client.statistics.resentFrames).toBeGreaterThan(0);
  expect(log.join('')).toContain('receive overrun: bytes were lost');
  await expectActive(client, model);
});

test('pico: an upload at 921,600 baud uses the full rate, with flash and digest, and the processor sleeps in between', {
  timeout: 120_000,
}, async (context) => {
  requireToolchain(context);
  const folder = temporaryDirectory();
  await buildFirmware({ board: 'pico', folder, defines: ['BOARD_BAUD=921600'] });
  const board = await PicoBoard.start(readFileSync(join(folder, 'firmware.bin')), { paced: true });
  onTestFinished(() => board.close());
  const [here, there] = transportPair('pico');
  board.attach(there);
  const client = await BoardClient.connect(here);
  onTestFinished(() => client.close());
  const rng = random(1);
  const bytes = Uint8Array.from({ length: 65_536 }, () => rng.integer(0, 255));
  const marks: { cycles: number; asleep: number }[] = [];
  for await (const _ of upload(client, { slot: protocol.SLOT_MODEL, bytes, digest: digestOf(bytes) }))
    marks.push({ cycles: board.cycles, asleep: board.asleepCycles });
  const [start, end] = [marks[0], marks[marks.length - 1]];
  const seconds = (end.cycles - start.cycles) / 125e6;
  expect((bytes.length * 10) / 921_600 / seconds).toBeGreaterThan(0.95);
  expect((end.asleep - start.asleep) / (end.cycles - start.cycles)).toBeGreaterThan(0.3);
  expect(board.lostBytes).toBe(0);
});

test('nrf52833: no byte of an upload is lost while the processor stops for the flash', {
  timeout: 120_000,
}, async (context) => {
  requireTools('nrf52833', context);
  const board = await boards.nrf52833();
  onTestFinished(() => board.close());
  const [here, there] = transportPair('nrf52833');
  board.attach(there);
  const log: string[] = [];
  const client = await BoardClient.connect(here, { onLog: (text) => log.push(text), timeoutMs: 20_000 });
  onTestFinished(() => client.close());
  // Five pages, each with an erase of 85 ms, in which about 980 bytes arrive.
  const rng = random(1);
  const bytes = Uint8Array.from({ length: 20_480 }, () => rng.integer(0, 255));
  for await (const _ of upload(client, { slot: protocol.SLOT_MODEL, bytes, digest: digestOf(bytes) }));
  expect(client.statistics.resentFrames).toBe(0);
  expect(log.join('')).not.toContain('overrun');
});

test('m7: a pseudo-terminal with the package serialport', { timeout: 60_000 }, async (context) => {
  requireToolchain(context);
  requireQemu(context);
  requireSocat(context);
  const board = await boards.m7();
  onTestFinished(() => board.close());
  const path = join(temporaryDirectory(), 'board');
  const listener = await listenPty(board, path);
  onTestFinished(() => listener.close());
  const client = await BoardClient.connect(await openPort(path));
  onTestFinished(() => client.close());
  await deploy(client, model);
  await expectActive(client, model);
});

test('m7: flash survives a power loss', { timeout: 60_000 }, async (context) => {
  requireToolchain(context);
  requireQemu(context);
  const store = join(temporaryDirectory(), 'store');
  const elf = join(await firmwareOf('m7'), 'firmware.elf');
  for (const sent of [true, false]) {
    const board = await startQemu(MPS2_AN500, elf, store);
    const [here, there] = transportPair('m7');
    board.attach(there);
    const client = await BoardClient.connect(here);
    expect((await deploy(client, model)).bytesSent > 0).toBe(sent);
    await client.close();
    await board.close();
  }
});

test.for([
  ['m7', 200],
  ['pico', 200],
] as const)(
  '%s: the command, over %i images of MNIST',
  { timeout: 240_000 },
  async ([name, limit], context) => {
    requireToolchain(context);
    if (name === 'm7') requireQemu(context);
    const folder = temporaryDirectory();
    const file = join(folder, 'model.bdm');
    writeFileSync(file, denseNetwork({ side: 28 }));
    const firmware = resolve(await firmwareOf(name), name === 'pico' ? 'firmware.bin' : 'firmware.elf');
    const simulator = spawn(
      process.execPath,
      [command, 'simulate', '--board', name, '--firmware', firmware, '--listen', '127.0.0.1:0', '--json'],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    onTestFinished(() => void simulator.kill('SIGKILL'));
    const lines = createInterface({ input: simulator.stdout })[Symbol.asyncIterator]();
    const { port } = JSON.parse((await lines.next()).value);
    expect(bdEdge('deploy', file, '--port', port).status).toBe(0);
    const checked = bdEdge('check', file, '--port', port, '--limit', String(limit), '--json');
    const report = JSON.parse(checked.stdout);
    expect(report).toMatchObject({
      images: limit,
      classMismatches: 0,
      logitMismatches: 0,
      path: 'native kernels',
    });
    simulator.kill('SIGINT');
    expect(JSON.parse((await lines.next()).value)).toMatchObject({
      images: limit,
      medianTicks: expect.any(Number),
      ticksPerSecond: report.ticks.perSecond,
    });
  },
);
