import { interpretedEngineWasm, parseModel, referenceLogits } from '@bd-edge/sdk/internal';
import { expect, test } from 'vitest';
import { ERROR_ENGINE, ERROR_TRAPPED } from '../link/protocol.js';
import { denseNetwork, randomImages } from '../testing/network.js';
import { LOOPS, oddEngine } from '../testing/odd-engine.js';
import { bundledThreadScript } from '../testing/thread-script.js';
import { Runner } from './runner.js';
import { isolation } from './thread-runner.js';

const model = denseNetwork();
const [image, other] = randomImages(2);
const RAM = 262144;
const TRAPPED = { code: ERROR_TRAPPED };

test('an engine in its own thread gives the integers of one in this thread', async () => {
  const { load, isThread } = isolation(undefined, bundledThreadScript());
  expect(isThread).toBe(true);
  const engine = await interpretedEngineWasm();
  const runner = await load(engine, model, RAM);
  const here = await Runner.load(engine, model, RAM);
  expect(runner.inputBytes).toBe(36);
  for (const input of [image, other]) {
    const { ticks: _, ...result } = await runner.run(input);
    expect(result).toMatchObject({ logits: referenceLogits(parseModel(model), input) });
    expect(await runner.trace(input)).toEqual(here.trace(input));
  }
  expect(await runner.profile(image)).toHaveLength(2);
  runner.close();
});

test('an engine that never returns is stopped, and the next request gets an answer', async () => {
  const { load } = isolation(1500, bundledThreadScript());
  const runner = await load(oddEngine({ code: { run: LOOPS } }), model, RAM);
  for (let request = 0; request < 2; request++) {
    await expect(runner.run(image)).rejects.toMatchObject(TRAPPED);
    expect(await runner.profile(image)).toHaveLength(1);
  }
  runner.close();
});

test('an engine that never loads is stopped, and one that does not start is rejected', async () => {
  const { load } = isolation(1500, bundledThreadScript());
  const never = oddEngine({ code: { loadModel: [...LOOPS, 0x00] } });
  await expect(load(never, model, RAM)).rejects.toMatchObject(TRAPPED);
  await expect(load(Uint8Array.of(1, 2, 3), model, RAM)).rejects.toMatchObject({ code: ERROR_ENGINE });
});

test('a power loss stops an engine at once', async () => {
  const { load } = isolation(60_000, bundledThreadScript());
  const power = new AbortController();
  const runner = await load(oddEngine({ code: { run: LOOPS } }), model, RAM, power.signal);
  const running = Promise.allSettled([runner.run(image)]);
  power.abort();
  expect(await running).toMatchObject([{ status: 'rejected', reason: TRAPPED }]);
  await expect(runner.run(image)).rejects.toMatchObject(TRAPPED);
});

test('without a script, engines run in this thread', () => {
  // Sources are not built, as in a bundle that does not contain the script.
  expect(isolation().isThread).toBe(false);
});
