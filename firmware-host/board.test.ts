import { expect, test } from 'vitest';
import { rejection } from '../sdk/testing/throws.js';
import { type Board, connectBoard } from './board.js';
import { denseNetwork, randomImages } from './testing/network.js';

const model = denseNetwork();
const images = randomImages(20);

test('deploys, checks and runs a model, and closes at the end of the block', async () => {
  let used: Board;
  {
    await using board = await connectBoard('sim:?ram=65536');
    used = board;
    expect(board.port).toBe('sim:?ram=65536');
    expect(board.info.ramBytes).toBe(65536);
    expect((await board.deploy(model)).bytesSent).toBeGreaterThan(model.length);
    expect(await board.check(images)).toMatchObject({ images: 20, classMismatches: 0, logitMismatches: 0 });
    const { classIndex, logits } = await board.infer(images[0]);
    expect(classIndex).toBe(logits.indexOf(Math.max(...logits)));
    expect((await board.profile(images[0])).ticks.length).toBeGreaterThan(0);
  }
  expect(await used.closed).toBeUndefined();
  expect(await rejection(used.infer(images[0]))).toMatchObject({ code: 'connection-lost' });
});

test('checks the model of an earlier connection only if it is passed', async () => {
  await using board = await connectBoard('sim:');
  expect(await rejection(board.check(images))).toMatchObject({ name: 'UsageError', code: 'missing-model' });
  const noModel = board.check(images, { model });
  expect(await rejection(noModel)).toMatchObject({ code: 'no-active-model', port: 'sim:' });
});
