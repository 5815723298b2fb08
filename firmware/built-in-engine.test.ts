/**
 * Tests firmware that contains the engine as machine code instead of the interpreter: `npm run firmware -- BOARD --aot`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BoardClient,
  check,
  deploy,
  digestOf,
  engineOf,
  MPS2_AN500,
  PicoBoard,
  protocol,
  startQemu,
  transportPair,
} from '@bd-edge/host/internal';
import { Engine, encodeModel, engineWasm, memoryRequirement, parseModel } from '@bd-edge/sdk/internal';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { denseNetwork, randomImages, wideNetwork } from '../firmware-host/testing/network.js';
import { temporaryDirectory } from '../firmware-host/testing/socat.js';
import { kernelGraph } from '../sdk/testing/kernel-graph.js';
import { random, randomGraph, randomImage } from '../sdk/testing/random-graph.js';
import { buildFirmware, requireQemu, requireToolchain, writeEngine } from './testing/board-firmware.js';
import { BoardProcess } from './testing/board-process.js';
import { buildPosix, requireCompiler } from './testing/compiler.js';

const model = denseNetwork();
const images = randomImages(20);
const folder = join('build', 'firmware', 'test-engine');
let engine: string;
beforeAll(() => {
  engine = writeEngine(folder);
});

async function expectActive(client: BoardClient, active: Uint8Array): Promise<void> {
  expect(await check(client, active, images)).toMatchObject({
    images: images.length,
    classMismatches: 0,
    logitMismatches: 0,
    path: 'compiled',
  });
}

describe('on this machine, with sanitizers', () => {
  async function start(args?: string[]): Promise<{ board: BoardProcess; client: BoardClient }> {
    const board = await BoardProcess.start(buildPosix({ sanitize: true, engine }), args);
    return { board, client: await board.connect() };
  }

  test('sends models only, and gives the host’s logits', async (context) => {
    requireCompiler(context);
    const { board, client } = await start();
    const { engineDigest, interpreter } = await client.hello();
    expect(interpreter).toBe('');
    expect(engineDigest).toEqual(digestOf(await engineOf('native kernels')));
    expect(await deploy(client, model)).toMatchObject({
      engine: { bytes: 0, bytesSent: 0, bytesSkipped: 0 },
      model: { bytesSent: model.length },
    });
    await expectActive(client, model);
    const next = denseNetwork({ seed: 2, hidden: 77 });
    await deploy(client, next);
    await expectActive(client, next);
    expect(board.complaints).toBe('');
  });

  test('random networks: every op has the same checksum as on the host', async (context) => {
    requireCompiler(context);
    const { board, client } = await start();
    const host = await Engine.instantiate(engineWasm());
    for (let seed = 1; seed <= 24; seed++) {
      const rng = random(seed);
      const graph = seed % 2 === 0 ? kernelGraph(rng) : randomGraph(rng, seed % 5);
      const network = encodeModel(graph);
      if (memoryRequirement(parseModel(network)) > client.info.ramBytes) continue;
      await deploy(client, network);
      host.load(network);
      const image = randomImage(rng, graph);
      expect({ seed, trace: await client.trace(image) }).toEqual({ seed, trace: host.trace(image) });
      expect((await client.profile(image)).ticks).toHaveLength(graph.ops.length);
    }
    expect(board.complaints).toBe('');
  });

  test('host and board reject another engine; its own is already there', async (context) => {
    requireCompiler(context);
    const { client } = await start();
    await deploy(client, model);
    const other = await engineOf('interpreted');
    await expect(deploy(client, model, { engine: other })).rejects.toMatchObject({ code: 'engine-built-in' });
    const { SLOT_ENGINE } = protocol;
    await expect(client.beginUpload(SLOT_ENGINE, other.length, digestOf(other))).rejects.toMatchObject({
      number: protocol.ERROR_UNKNOWN_ENGINE,
    });
    await expect(client.uploadChunk(SLOT_ENGINE, 0, other.subarray(0, 9))).rejects.toMatchObject({
      number: protocol.ERROR_NO_UPLOAD,
    });
    await expect(client.activate(digestOf(other), digestOf(model))).rejects.toMatchObject({
      number: protocol.ERROR_UNKNOWN_ENGINE,
    });
    const own = await engineOf('native kernels');
    expect(await client.beginUpload(SLOT_ENGINE, own.length, digestOf(own))).toBe(own.length);
    await expectActive(client, model);
  });

  test('rejects damaged models and models that are too large', async (context) => {
    requireCompiler(context);
    const { client } = await start();
    await deploy(client, model);
    const damaged = model.slice();
    damaged[90] ^= 0x55;
    await client.beginUpload(protocol.SLOT_MODEL, damaged.length, digestOf(damaged));
    for (let offset = 0; offset < damaged.length; )
      offset = await client.uploadChunk(protocol.SLOT_MODEL, offset, damaged.subarray(offset, offset + 512));
    await expect(client.activate(client.info.engineDigest, digestOf(damaged))).rejects.toMatchObject({
      number: protocol.ERROR_MODEL,
    });
    await expectActive(client, model);
    const { ramBytes } = await client.hello();
    const large = wideNetwork({ side: 2 * Math.ceil(Math.sqrt(ramBytes) / 2), channels: 8, layers: 0 });
    await expect(deploy(client, large)).rejects.toMatchObject({ code: 'not-enough-memory' });
  });

  test('stops an engine after the time limit, and continues', async (context) => {
    requireCompiler(context);
    const program = buildPosix({ sanitize: true, engine, settings: { BOARD_BUDGET_SECONDS: 0 } });
    const client = await (await BoardProcess.start(program)).connect();
    for (let time = 0; time < 2; time++) {
      await expect(deploy(client, model)).rejects.toMatchObject({
        number: protocol.ERROR_TRAPPED,
        reason: expect.stringContaining('time limit exceeded'),
      });
    }
    expect((await client.hello()).modelDigest).toEqual(new Uint8Array(32));
  });

  test('the model survives a power loss', async (context) => {
    requireCompiler(context);
    const flash = join(temporaryDirectory(), 'flash');
    const { board, client } = await start(['--flash', flash]);
    await deploy(client, model);
    await board.kill();
    await expectActive((await start(['--flash', flash])).client, model);
  });
});

describe.each(['pico', 'm7'] as const)('%s', (name) => {
  test('deploys, checks and swaps models, and keeps them across a reset', {
    timeout: 240_000,
  }, async (context) => {
    requireToolchain(context);
    if (name === 'm7') requireQemu(context);
    const built = join('build', 'firmware', `test-aot-${name}`);
    await buildFirmware({ board: name, folder: built, engine });
    const board =
      name === 'pico'
        ? await PicoBoard.start(readFileSync(join(built, 'firmware.bin')))
        : await startQemu(MPS2_AN500, join(built, 'firmware.elf'));
    onTestFinished(() => board.close());
    const [here, there] = transportPair(name);
    board.attach(there);
    const client = await BoardClient.connect(here);
    onTestFinished(() => client.close());
    await deploy(client, model);
    await expectActive(client, model);
    const rng = random(6);
    const graph = kernelGraph(rng);
    const network = encodeModel(graph);
    await deploy(client, network);
    const host = await Engine.instantiate(engineWasm());
    host.load(network);
    const image = randomImage(rng, graph);
    expect(await client.trace(image)).toEqual(host.trace(image));
    await deploy(client, model);
    await board.reset();
    await expectActive(client, model);
  });
});
