import { engineWasm, ModelError, memoryRequirement, parseModel } from '@bd-edge/sdk';
import { expect, test } from 'vitest';
import { BoardClient } from '../client/board-client.js';
import { BoardError, NoAnswerError } from '../client/errors.js';
import { digestHex, digestOf } from '../link/digest.js';
import { ACTIVATE, HELLO } from '../link/messages.js';
import { ERROR_ENGINE, ERROR_MODEL, ERROR_OUT_OF_MEMORY, ERROR_TOO_LARGE } from '../link/protocol.js';
import { SimulatedBoard, type SimulatedBoardOptions } from '../simulator/simulated-board.js';
import { denseNetwork, randomImages } from '../testing/network.js';
import { scriptedBoard, welcome } from '../testing/scripted-board.js';
import { type DeployProgress, deploy } from './deploy.js';
import { DeployError, EngineAbiError, NotEnoughMemoryError } from './errors.js';

const model = denseNetwork();
const other = denseNetwork({ seed: 2 });
const engine = await engineWasm();
const [image] = randomImages(1);

async function connectTo(options: SimulatedBoardOptions = {}) {
  const board = new SimulatedBoard(options);
  return { board, client: await BoardClient.connect(board.connect()) };
}

test('uploads both parts, activates them, and says so', async () => {
  const { board, client } = await connectTo();
  const progress: DeployProgress[] = [];
  const report = await deploy({ client, model, onProgress: (at) => progress.push(at) });
  expect(report).toMatchObject({
    bytesSent: engine.length + model.length,
    bytesSkipped: 0,
    digest: digestHex(digestOf(model)),
    engine: { digest: digestHex(digestOf(engine)), bytes: engine.length, bytesSent: engine.length },
    model: { bytes: model.length, bytesSent: model.length, bytesSkipped: 0 },
  });
  expect(digestHex(client.welcome.modelDigest)).toBe(report.digest);
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

test('skips what the board has, also after a reset, and also the model before', async () => {
  const { board, client } = await connectTo();
  await deploy({ client, model });
  const again = await deploy({ client, model });
  expect(again).toMatchObject({ bytesSent: 0, bytesSkipped: engine.length + model.length });
  board.reset();
  expect(await deploy({ client, model: other })).toMatchObject({
    engine: { bytesSent: 0 },
    model: { bytesSent: other.length },
  });
  expect(await deploy({ client, model })).toMatchObject({ bytesSent: 0 });
  expect(digestHex((await client.hello()).modelDigest)).toBe(digestHex(digestOf(model)));
});

test('what was activated stays active after a reset', async () => {
  const { board, client } = await connectTo();
  await deploy({ client, model });
  const before = await client.infer(image);
  board.reset();
  const after = await client.infer(image);
  expect(after.logits).toEqual(before.logits);
});

test('an interrupted upload goes on where it stopped, also after a reset', async () => {
  const { board, client } = await connectTo({ maxPayload: 128, windowFrames: 2 });
  const controller = new AbortController();
  let reached = 0;
  const onProgress = ({ part, offset }: DeployProgress) => {
    if (part !== 'engine') return;
    reached = offset;
    if (offset > engine.length / 2) controller.abort();
  };
  await expect(deploy({ client, model, onProgress, signal: controller.signal })).rejects.toThrow('aborted');
  board.reset();
  const next = await BoardClient.connect(board.connect());
  const report = await deploy({ client: next, model });
  expect(report.engine.bytesSkipped).toBeGreaterThanOrEqual(reached);
  expect(report.engine.bytesSkipped).toBeLessThan(engine.length);
  expect(report.engine.bytesSent + report.engine.bytesSkipped).toBe(engine.length);
});

test('too little memory is found out before anything is sent, with both numbers', async () => {
  const { client } = await connectTo({ ramBytes: 2000 });
  const before = client.statistics.sentFrames;
  const error = await deploy({ client, model }).catch((error) => error);
  expect(error).toBeInstanceOf(NotEnoughMemoryError);
  expect(error).toMatchObject({ needed: memoryRequirement(parseModel(model)), available: 2000 });
  expect(error.message).toContain(`and the board has 2000: ${error.needed - 2000} too few`);
  expect(client.statistics.sentFrames).toBe(before + 1);
});

test('a model that just fits runs, and one byte less is refused by host and board alike', async () => {
  const needed = memoryRequirement(parseModel(model));
  const { client } = await connectTo({ ramBytes: needed });
  await deploy({ client, model });
  expect((await client.infer(image)).outputs).toBe(10);
  const less = await connectTo({ ramBytes: needed - 1 });
  await expect(deploy({ client: less.client, model })).rejects.toThrow(NotEnoughMemoryError);
  const refusal = await forceActivation(less.client, engine, model);
  expect(refusal).toMatchObject({ code: ERROR_OUT_OF_MEMORY, detail: needed });
});

/** Goes around the host's own checks. */
async function forceActivation(client: BoardClient, engine: Uint8Array, model: Uint8Array): Promise<unknown> {
  for (const [slot, bytes] of [engine, model].entries()) {
    let offset = await client.put(slot, bytes.length, digestOf(bytes));
    while (offset < bytes.length) {
      offset = await client.data(slot, offset, bytes.subarray(offset, offset + client.dataBytes));
    }
  }
  return client.activate(digestOf(engine), digestOf(model)).catch((error) => error);
}

test('a pair that does not load leaves the one before in use', async () => {
  const { board, client } = await connectTo();
  await deploy({ client, model });
  const { logits } = await client.infer(image);
  const broken = other.slice();
  broken[20] ^= 1;
  for (const [pair, code] of [
    [[engine, broken], ERROR_MODEL],
    [[Uint8Array.of(0, 1, 2, 3), model], ERROR_ENGINE],
  ] as const) {
    const refusal = await forceActivation(client, pair[0], pair[1]);
    expect(refusal).toBeInstanceOf(BoardError);
    expect(refusal).toMatchObject({ code });
    expect((await client.infer(image)).logits).toEqual(logits);
    board.reset();
    expect((await client.infer(image)).logits).toEqual(logits);
    expect(digestHex((await client.hello()).modelDigest)).toBe(digestHex(digestOf(model)));
  }
});

test('an upload larger than the board can store', async () => {
  const { client } = await connectTo({ bankBytes: 1000 });
  await expect(deploy({ client, model })).rejects.toMatchObject({ code: ERROR_TOO_LARGE, detail: 1000 });
});

test('a model that is not one goes nowhere', async () => {
  const { client } = await connectTo();
  const before = client.statistics.sentFrames;
  await expect(deploy({ client, model: model.subarray(1) })).rejects.toThrow(ModelError);
  expect(client.statistics.sentFrames).toBe(before);
});

test('firmware for other engines is found out before anything is sent', async () => {
  const { line } = scriptedBoard(() => welcome({ engineAbi: 99 }));
  await expect(deploy({ client: await BoardClient.connect(line), model })).rejects.toThrow(EngineAbiError);
});

test('a board that says it activated and did not is not believed', async () => {
  const { line } = scriptedBoard((request) => {
    if (request.type === HELLO.type) return welcome();
    if (request.type === ACTIVATE.type) return { type: 0x14, payload: new Uint8Array() };
    // Whatever is announced is there already.
    const payload = Uint8Array.of(request.payload[0], ...request.payload.subarray(1, 5));
    return { type: 0x12, payload };
  });
  await expect(deploy({ client: await BoardClient.connect(line), model })).rejects.toThrow(DeployError);
});

test('a board that takes nothing is given up on', async () => {
  const { line } = scriptedBoard((request) =>
    request.type === HELLO.type ? welcome() : { type: 0x12, payload: Uint8Array.of(0, 0, 0, 0, 0) },
  );
  await expect(deploy({ client: await BoardClient.connect(line), model })).rejects.toThrow(
    'The board takes nothing from byte 0 on; reset it.',
  );
});

test('a board that stops answering', async () => {
  let left = 10;
  const { line } = scriptedBoard((request) => {
    if (request.type === HELLO.type) return welcome();
    return left-- > 0 ? { type: 0x12, payload: Uint8Array.of(0, 0, 0, 0, 0) } : undefined;
  });
  const client = await BoardClient.connect(line, { timeoutMs: 5, retries: 2 });
  await expect(deploy({ client, model })).rejects.toThrow(NoAnswerError);
});
