import { argmax, crc32, ImageError, parseModel, referenceRun } from '@bd-edge/sdk';
import { expect, test, vi } from 'vitest';
import { BoardClient } from '../client/board-client.js';
import { BoardError } from '../client/errors.js';
import { deploy } from '../deploy/deploy.js';
import { ERROR_ENGINE } from '../link/protocol.js';
import { SimulatedBoard, type SimulatedBoardOptions } from '../simulator/simulated-board.js';
import { denseNetwork, randomImages } from '../testing/network.js';
import { LineLostError } from '../transports/errors.js';
import { type CheckProgress, check, WrongModelError } from './check.js';
import { type Expectation, engineExpectation, referenceExpectation } from './expectation.js';

const model = denseNetwork();
const images = randomImages(200);
const labels = images.map((image) => argmax(referenceRun(parseModel(model), image).logits));

async function boardWith(active: Uint8Array, options: SimulatedBoardOptions = {}) {
  const board = new SimulatedBoard(options);
  const client = await BoardClient.connect(board.connect());
  await deploy({ client, model: active });
  return { board, client };
}

test.each<[string, SimulatedBoardOptions]>([
  ['one frame an image', {}],
  ['images in pieces', { maxPayload: 128, windowFrames: 3 }],
  ['one frame at a time', { windowFrames: 1 }],
])('a board that agrees with the reference: %s', async (_, options) => {
  const side = options.maxPayload ? 20 : 6;
  const network = denseNetwork({ side });
  const { client, board } = await boardWith(network, options);
  const progress: CheckProgress[] = [];
  const report = await check({
    client,
    model: network,
    images: randomImages(40, side),
    onProgress: (at) => progress.push(at),
  });
  expect(report).toMatchObject({
    images: 40,
    accuracy: null,
    confidenceInterval: null,
    confusion: null,
    labelMismatches: 0,
    logitMismatches: 0,
    firstDivergingImage: null,
    firstDivergingLayer: null,
    ticks: { perSecond: 1_000_000 },
  });
  expect(progress.map(({ done }) => done)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
  expect(board.overrunBytes).toBe(0);
});

test('accuracy counts right labels, and confusion says which were mistaken for which', async () => {
  const { client } = await boardWith(model);
  const wrong = labels.map((label, i) => (i < 20 ? (label + 1) % 10 : label));
  const report = await check({
    client,
    model,
    images,
    labels: wrong,
    expected: await engineExpectation(model),
  });
  expect(report.accuracy).toBe(0.9);
  expect(report.confidenceInterval?.[0]).toBeCloseTo(0.8506, 3);
  const counts = report.confusion ?? [];
  expect(counts.length).toBe(10);
  expect(counts.flat().reduce((sum, n) => sum + n)).toBe(200);
  expect(counts.reduce((sum, row, i) => sum + row[i], 0)).toBe(180);
  expect(report.logitMismatches).toBe(0);
});

test('the first image that differs leads to the first layer that does', async () => {
  const { client } = await boardWith(model);
  const reference = referenceExpectation(model);
  // A host that is wrong about some images from its second layer on.
  const odd = new Set(images.filter((_, i) => i === 7 || i === 30));
  const expected: Expectation = {
    logits: (image) => reference.logits(image).map((logit) => (odd.has(image) ? logit + 1 : logit)),
    layers: (image) => reference.layers(image).map((checksum, layer) => checksum ^ layer),
  };
  const report = await check({ client, model, images, expected, limit: 50 });
  expect(report).toMatchObject({
    images: 50,
    labelMismatches: 0,
    logitMismatches: 2,
    firstDivergingImage: 7,
    firstDivergingLayer: 1,
  });
});

test('a difference that does not come again has no layer', async () => {
  const { client } = await boardWith(model);
  const reference = referenceExpectation(model);
  const expected = {
    ...reference,
    logits: (image: Uint8Array) => reference.logits(image).map((logit) => -logit),
  };
  const report = await check({ client, model, images, expected, limit: 3 });
  expect(report).toMatchObject({ logitMismatches: 3, firstDivergingImage: 0, firstDivergingLayer: null });
  expect(report.labelMismatches).toBeGreaterThan(0);
});

test('what was counted is told by a board that runs no single layers', async () => {
  const { client } = await boardWith(model);
  const reference = referenceExpectation(model);
  const expected = {
    ...reference,
    logits: (image: Uint8Array) => reference.logits(image).map((logit) => logit + 1),
  };
  const refuses = new BoardError(ERROR_ENGINE, 0, 'the engine runs no single layers');
  vi.spyOn(client, 'trace').mockRejectedValue(refuses);
  const report = await check({ client, model, images, expected, limit: 3 });
  expect(report).toMatchObject({ logitMismatches: 3, firstDivergingImage: 0, firstDivergingLayer: null });
  expect(report.layersRefused).toContain('the engine runs no single layers');
  vi.spyOn(client, 'trace').mockRejectedValue(new LineLostError('sim:', 'it is closed'));
  await expect(check({ client, model, images, expected, limit: 3 })).rejects.toThrow(LineLostError);
});

test('reference and engine expect the same', async () => {
  const [reference, engine] = [referenceExpectation(model), await engineExpectation(model)];
  for (const image of images.slice(0, 20)) {
    expect(engine.logits(image)).toEqual(reference.logits(image));
    expect(engine.layers(image)).toEqual(reference.layers(image));
  }
  expect(reference.layers(images[0])[0]).toBe(crc32(referenceRun(parseModel(model), images[0]).layers[0]));
});

test('more classes than a frame holds logits are held against the checksum', async () => {
  const network = denseNetwork({ classes: 100 });
  const { client } = await boardWith(network, { maxPayload: 128 });
  expect((await client.infer(images[0])).logits.length).toBeLessThan(100);
  const agreeing = await check({ client, model: network, images, limit: 5 });
  expect(agreeing.logitMismatches).toBe(0);
  const reference = referenceExpectation(network);
  const expected = {
    ...reference,
    logits: (image: Uint8Array) => reference.logits(image).map((logit, i) => (i === 99 ? logit - 1 : logit)),
  };
  expect((await check({ client, model: network, images, limit: 5, expected })).logitMismatches).toBe(5);
});

test('another model, no model, images of another size', async () => {
  const { client } = await boardWith(model);
  await expect(check({ client, model: denseNetwork({ seed: 2 }), images })).rejects.toThrow(WrongModelError);
  await expect(check({ client, model, images: [new Uint8Array(35)] })).rejects.toThrow(ImageError);
  const empty = await BoardClient.connect(new SimulatedBoard().connect());
  await expect(check({ client: empty, model, images })).rejects.toThrow(
    'The board has no model; deploy one first.',
  );
});

test('no images, no claims', async () => {
  const { client } = await boardWith(model);
  const report = await check({ client, model, images: [], labels: [] });
  expect(report).toMatchObject({ images: 0, accuracy: null, confidenceInterval: [0, 1], ticks: null });
});

test('stops when told to', async () => {
  const { client } = await boardWith(model);
  const controller = new AbortController();
  let done = 0;
  const onProgress = () => {
    if (++done === 10) controller.abort(new Error('enough'));
  };
  await expect(check({ client, model, images, onProgress, signal: controller.signal })).rejects.toThrow(
    'enough',
  );
  expect(done).toBeLessThan(30);
});
