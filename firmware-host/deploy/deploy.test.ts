import {
  ModelError,
  memoryRequirement,
  memoryWithoutWeights,
  NATIVE_KERNELS,
  parseModel,
} from '@bd-edge/sdk/internal';
import { expect, test } from 'vitest';
import { BoardClient } from '../client/board-client.js';
import { BoardError, InvalidResponseError } from '../errors.js';
import { digestHex, digestOf } from '../link/digest.js';
import { ACTIVATE, HELLO } from '../link/messages.js';
import { ERROR_ENGINE, ERROR_MODEL, ERROR_OUT_OF_MEMORY, ERROR_TOO_LARGE } from '../link/protocol.js';
import { SimulatedBoard, type SimulatedBoardOptions } from '../simulator/simulated-board.js';
import { denseNetwork, randomImages } from '../testing/network.js';
import { info, scriptedBoard } from '../testing/scripted-board.js';
import { type DeployProgress, deploy } from './deploy.js';
import { engineOf } from './engine-path.js';

const model = denseNetwork();
const other = denseNetwork({ seed: 2 });
const engine = await engineOf('interpreted');
const [image] = randomImages(1);

async function connectTo(options: SimulatedBoardOptions = {}) {
  const board = new SimulatedBoard(options);
  return { board, client: await BoardClient.connect(board.connect()) };
}

test('uploads and activates both parts, and reports it', async () => {
  const { board, client } = await connectTo();
  const progress: DeployProgress[] = [];
  const report = await deploy(client, model, { onProgress: (at) => progress.push(at) });
  expect(report).toMatchObject({
    bytesSent: engine.length + model.length,
    bytesSkipped: 0,
    digest: digestHex(digestOf(model)),
    engine: { digest: digestHex(digestOf(engine)), bytes: engine.length, bytesSent: engine.length },
    model: { bytes: model.length, bytesSent: model.length, bytesSkipped: 0 },
  });
  expect(digestHex(client.info.modelDigest)).toBe(report.digest);
  for (const [part, total] of [
    ['engine', engine.length],
    ['model', model.length],
  ]) {
    const offsets = progress.filter((at) => at.part === part).map(({ offset }) => offset);
    expect(offsets[0]).toBe(0);
    expect(offsets.at(-1)).toBe(total);
    expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
  }
  expect(board.overrunBytes).toBe(0);
});

test('skips what the board has, also after a reset, and also the previous model', async () => {
  const { board, client } = await connectTo();
  await deploy(client, model);
  const again = await deploy(client, model);
  expect(again).toMatchObject({ bytesSent: 0, bytesSkipped: engine.length + model.length });
  board.reset();
  expect(await deploy(client, other)).toMatchObject({
    engine: { bytesSent: 0 },
    model: { bytesSent: other.length },
  });
  expect(await deploy(client, model)).toMatchObject({ bytesSent: 0 });
  expect(digestHex((await client.hello()).modelDigest)).toBe(digestHex(digestOf(model)));
});

test('the pair stays active after a reset', async () => {
  const { board, client } = await connectTo();
  await deploy(client, model);
  const before = await client.infer(image);
  board.reset();
  const after = await client.infer(image);
  expect(after.logits).toEqual(before.logits);
});

test('an interrupted upload resumes, also after a reset', async () => {
  const { board, client } = await connectTo({ maxPayload: 128, windowFrames: 2 });
  const controller = new AbortController();
  let reached = 0;
  const onProgress = ({ part, offset }: DeployProgress) => {
    if (part !== 'engine') return;
    reached = offset;
    if (offset > engine.length / 2) controller.abort();
  };
  await expect(deploy(client, model, { onProgress, signal: controller.signal })).rejects.toThrow('aborted');
  board.reset();
  const next = await BoardClient.connect(board.connect());
  const report = await deploy(next, model);
  expect(report.engine.bytesSkipped).toBeGreaterThanOrEqual(reached);
  expect(report.engine.bytesSkipped).toBeLessThan(engine.length);
  expect(report.engine.bytesSent + report.engine.bytesSkipped).toBe(engine.length);
});

test('rejects too little memory before anything is sent', async () => {
  const { client } = await connectTo({ ramBytes: 2000 });
  const before = client.statistics.sentFrames;
  const error = await deploy(client, model).catch((error) => error);
  expect(error).toMatchObject({ name: 'DeviceError', code: 'not-enough-memory', port: 'sim:' });
  expect(client.statistics.sentFrames).toBe(before + 1);
});

test('a model that just fits runs, and host and board both reject one byte less', async () => {
  const needed = memoryRequirement(parseModel(model), 'mvp');
  const { client } = await connectTo({ ramBytes: needed });
  await deploy(client, model);
  expect((await client.infer(image)).outputs).toBe(10);
  const less = await connectTo({ ramBytes: needed - 1 });
  await expect(deploy(less.client, model)).rejects.toMatchObject({ code: 'not-enough-memory' });
  const refusal = await forceActivation(less.client, engine, model);
  expect(refusal).toMatchObject({ number: ERROR_OUT_OF_MEMORY, detail: needed });
});

test('with native kernels, rejects a model without its least scratch memory, before anything is sent', async () => {
  const needed = memoryWithoutWeights(parseModel(model));
  const { transport, requests } = scriptedBoard(() =>
    info({ kernels: NATIVE_KERNELS, interpreter: 'wasm3', ramBytes: needed - 1 }),
  );
  const client = await BoardClient.connect(transport);
  const error = await deploy(client, model).catch((error) => error);
  expect(error).toMatchObject({ name: 'DeviceError', code: 'not-enough-memory', port: 'script' });
  expect(requests.every(({ type }) => type === HELLO.type)).toBe(true);
});

/** Bypasses the host's own checks. */
async function forceActivation(client: BoardClient, engine: Uint8Array, model: Uint8Array): Promise<unknown> {
  for (const [slot, bytes] of [engine, model].entries()) {
    let offset = await client.beginUpload(slot, bytes.length, digestOf(bytes));
    while (offset < bytes.length) {
      offset = await client.uploadChunk(slot, offset, bytes.subarray(offset, offset + client.chunkBytes));
    }
  }
  return client.activate(digestOf(engine), digestOf(model)).catch((error) => error);
}

test('a pair that does not load leaves the previous one active', async () => {
  const { board, client } = await connectTo();
  await deploy(client, model);
  const { logits } = await client.infer(image);
  const broken = other.slice();
  broken[20] ^= 1;
  for (const [pair, number] of [
    [[engine, broken], ERROR_MODEL],
    [[Uint8Array.of(0, 1, 2, 3), model], ERROR_ENGINE],
  ] as const) {
    const refusal = await forceActivation(client, pair[0], pair[1]);
    expect(refusal).toBeInstanceOf(BoardError);
    expect(refusal).toMatchObject({ number });
    expect((await client.infer(image)).logits).toEqual(logits);
    board.reset();
    expect((await client.infer(image)).logits).toEqual(logits);
    expect(digestHex((await client.hello()).modelDigest)).toBe(digestHex(digestOf(model)));
  }
});

test('rejects an upload that is larger than the storage', async () => {
  const { client } = await connectTo({ bankBytes: 1000 });
  await expect(deploy(client, model)).rejects.toMatchObject({ number: ERROR_TOO_LARGE, detail: 1000 });
});

test('rejects an invalid model before anything is sent', async () => {
  const { client } = await connectTo();
  const before = client.statistics.sentFrames;
  await expect(deploy(client, model.subarray(1))).rejects.toThrow(ModelError);
  expect(client.statistics.sentFrames).toBe(before);
});

test('rejects firmware for other engines before anything is sent', async () => {
  const { transport } = scriptedBoard(() => info({ engineAbi: 99 }));
  await expect(deploy(await BoardClient.connect(transport), model)).rejects.toMatchObject({
    code: 'incompatible-engine',
  });
});

test('checks that the pair is active after the activation', async () => {
  const { transport } = scriptedBoard((request) => {
    if (request.type === HELLO.type) return info();
    if (request.type === ACTIVATE.type) return { type: 0x14, payload: new Uint8Array() };
    // The board claims to have every upload.
    const payload = Uint8Array.of(request.payload[0], ...request.payload.subarray(1, 5));
    return { type: 0x12, payload };
  });
  await expect(deploy(await BoardClient.connect(transport), model)).rejects.toThrow(InvalidResponseError);
});

test('fails when the board accepts no bytes', async () => {
  const { transport } = scriptedBoard((request) =>
    request.type === HELLO.type ? info() : { type: 0x12, payload: Uint8Array.of(0, 0, 0, 0, 0) },
  );
  await expect(deploy(await BoardClient.connect(transport), model)).rejects.toThrow(InvalidResponseError);
});

test('fails when the board stops responding', async () => {
  let left = 10;
  const { transport } = scriptedBoard((request) => {
    if (request.type === HELLO.type) return info();
    return left-- > 0 ? { type: 0x12, payload: Uint8Array.of(0, 0, 0, 0, 0) } : undefined;
  });
  const client = await BoardClient.connect(transport, { timeoutMs: 5, retries: 2 });
  await expect(deploy(client, model)).rejects.toMatchObject({ code: 'no-response' });
});
