import { argmax, crc32, ImageError, parseModel, referenceRun, sampleIndices } from '@bd-edge/sdk/internal';
import { expect, test, vi } from 'vitest';
import { BoardClient } from '../client/board-client.js';
import { deploy } from '../deploy/deploy.js';
import { BoardError, ConnectionLostError } from '../errors.js';
import { ERROR_ENGINE } from '../link/protocol.js';
import { SimulatedBoard, type SimulatedBoardOptions } from '../simulator/simulated-board.js';
import { denseNetwork, randomImages } from '../testing/network.js';
import { type CheckOptions, type CheckProgress, check } from './check.js';
import { type Expectation, engineExpectation, referenceExpectation } from './expectation.js';

const model = denseNetwork();
const images = randomImages(200);
const labels = images.map((image) => argmax(referenceRun(parseModel(model), image).logits));

/** The first image of a sample of three without labels. */
const [firstOfThree] = sampleIndices(new Uint8Array(images.length), 3, 1);

async function boardWith(active: Uint8Array, options: SimulatedBoardOptions = {}) {
  const board = new SimulatedBoard(options);
  const client = await BoardClient.connect(board.connect());
  await deploy(client, active);
  return { board, client };
}

test.each<[string, SimulatedBoardOptions]>([
  ['one frame an image', {}],
  ['images in pieces', { maxPayload: 128, windowFrames: 3 }],
  ['one frame at a time', { windowFrames: 1 }],
])('reports no difference for a board that agrees with the reference: %s', async (_, options) => {
  const side = options.maxPayload ? 20 : 6;
  const network = denseNetwork({ side });
  const { client, board } = await boardWith(network, options);
  const progress: CheckProgress[] = [];
  const report = await check(client, network, randomImages(40, side), {
    onProgress: (at) => progress.push(at),
  });
  expect(report).toMatchObject({
    images: 40,
    accuracy: null,
    confidenceInterval: null,
    confusion: null,
    classMismatches: 0,
    logitMismatches: 0,
    firstDivergingImage: null,
    firstDivergingOp: null,
    ticks: { perSecond: 1_000_000 },
  });
  expect(progress.map(({ done }) => done)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
  expect(board.overrunBytes).toBe(0);
});

test('computes accuracy and the confusion matrix', async () => {
  const { client } = await boardWith(model);
  const wrong = labels.map((label, i) => (i < 20 ? (label + 1) % 10 : label));
  const report = await check(client, model, images, {
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

test('finds the first image and the first op that differ', async () => {
  const { client } = await boardWith(model);
  const reference = referenceExpectation(model);
  // The expectation is wrong for two images of the sample, from the second op on, and for one beside it.
  const sample = sampleIndices(labels, 50, 1);
  const [first, second] = [sample[7], sample[30]];
  const left = sample.findIndex((index, i) => index !== i);
  const odd = new Set([first, second, left].map((index) => images[index]));
  const expected: Expectation = {
    logits: (image) => reference.logits(image).map((logit) => (odd.has(image) ? logit + 1 : logit)),
    trace: (image) => reference.trace(image).map((checksum, op) => checksum ^ op),
  };
  const seen: number[] = [];
  const onResult = ({ index }: { index: number }) => seen.push(index);
  const report = await check(client, model, images, { expected, labels, limit: 50, onResult });
  expect(seen.sort((a, b) => a - b)).toEqual(sample);
  expect(report).toMatchObject({
    images: 50,
    classMismatches: 0,
    logitMismatches: 2,
    firstDivergingImage: first,
    firstDivergingOp: 1,
  });
});

test('a limit draws a sample with the classes in proportion, by its seed', async () => {
  const { client } = await boardWith(model);
  // Sorted by class, as folders of images are: the first 20 images are of one class.
  const sorted = images.map((_, i) => Math.floor(i / 50));
  const drawn = async (options: CheckOptions) => {
    const seen: number[] = [];
    await check(client, model, images, { ...options, onResult: ({ index }) => seen.push(index) });
    return seen;
  };
  const sample = await drawn({ labels: sorted, limit: 20 });
  expect([0, 1, 2, 3].map((label) => sample.filter((i) => sorted[i] === label).length)).toEqual([5, 5, 5, 5]);
  expect(await drawn({ labels: sorted, limit: 20, seed: 1 })).toEqual(sample);
  expect(await drawn({ labels: sorted, limit: 20, seed: 2 })).not.toEqual(sample);
  const unlabeled = await drawn({ limit: 20 });
  expect(unlabeled).toHaveLength(20);
  expect(unlabeled).not.toEqual(Array.from({ length: 20 }, (_, i) => i));
  expect(await drawn({ limit: 500 })).toHaveLength(images.length);
});

test('reports no op for a difference that does not occur again', async () => {
  const { client } = await boardWith(model);
  const reference = referenceExpectation(model);
  const expected = {
    ...reference,
    logits: (image: Uint8Array) => reference.logits(image).map((logit) => -logit),
  };
  const report = await check(client, model, images, { expected, limit: 3 });
  expect(report).toMatchObject({
    logitMismatches: 3,
    firstDivergingImage: firstOfThree,
    firstDivergingOp: null,
  });
  expect(report.classMismatches).toBeGreaterThan(0);
});

test('reports the counts of a board that rejects the trace', async () => {
  const { client } = await boardWith(model);
  const reference = referenceExpectation(model);
  const expected = {
    ...reference,
    logits: (image: Uint8Array) => reference.logits(image).map((logit) => logit + 1),
  };
  const refuses = new BoardError('sim:', ERROR_ENGINE, 0, 'the engine cannot run single ops');
  vi.spyOn(client, 'trace').mockRejectedValue(refuses);
  const report = await check(client, model, images, { expected, limit: 3 });
  expect(report).toMatchObject({
    logitMismatches: 3,
    firstDivergingImage: firstOfThree,
    firstDivergingOp: null,
  });
  expect(report.traceRejection).toContain('the engine cannot run single ops');
  vi.spyOn(client, 'trace').mockRejectedValue(new ConnectionLostError('sim:', 'it is closed'));
  await expect(check(client, model, images, { expected, limit: 3 })).rejects.toThrow(ConnectionLostError);
});

test('reference and engine give the same expectation', async () => {
  const [reference, engine] = [referenceExpectation(model), await engineExpectation(model)];
  for (const image of images.slice(0, 20)) {
    expect(engine.logits(image)).toEqual(reference.logits(image));
    expect(engine.trace(image)).toEqual(reference.trace(image));
  }
  expect(reference.trace(images[0])[0]).toBe(crc32(referenceRun(parseModel(model), images[0]).layers[0]));
});

test('compares logits that do not fit a frame by their checksum', async () => {
  const network = denseNetwork({ classes: 100 });
  const { client } = await boardWith(network, { maxPayload: 128 });
  expect((await client.infer(images[0])).logits.length).toBeLessThan(100);
  const agreeing = await check(client, network, images, { limit: 5 });
  expect(agreeing.logitMismatches).toBe(0);
  const reference = referenceExpectation(network);
  const expected = {
    ...reference,
    logits: (image: Uint8Array) => reference.logits(image).map((logit, i) => (i === 99 ? logit - 1 : logit)),
  };
  expect((await check(client, network, images, { limit: 5, expected })).logitMismatches).toBe(5);
});

test('rejects another model, no model, and images of another size', async () => {
  const { client } = await boardWith(model);
  await expect(check(client, denseNetwork({ seed: 2 }), images)).rejects.toMatchObject({
    code: 'wrong-model',
  });
  await expect(check(client, model, [new Uint8Array(35)])).rejects.toThrow(ImageError);
  const empty = await BoardClient.connect(new SimulatedBoard().connect());
  await expect(check(empty, model, images)).rejects.toMatchObject({ code: 'no-active-model' });
});

test('reports null without images', async () => {
  const { client } = await boardWith(model);
  const report = await check(client, model, [], { labels: [] });
  expect(report).toMatchObject({ images: 0, accuracy: null, confidenceInterval: [0, 1], ticks: null });
});

test('stops when its signal aborts', async () => {
  const { client } = await boardWith(model);
  const controller = new AbortController();
  let done = 0;
  const onProgress = () => {
    if (++done === 10) controller.abort(new Error('enough'));
  };
  await expect(check(client, model, images, { onProgress, signal: controller.signal })).rejects.toThrow(
    'enough',
  );
  expect(done).toBeLessThan(30);
});
