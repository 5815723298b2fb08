import { expect, test } from 'vitest';
import { denseNetwork, randomImages } from '../testing/network.js';
import { bundledThreadScript } from '../testing/thread-script.js';
import { referenceExpectation } from './expectation.js';
import { threadExpectation } from './thread-expectation.js';

const model = denseNetwork();
const [image] = randomImages(1);

test('a thread gives the results of the reference implementation', async () => {
  const here = referenceExpectation(model);
  const thread = threadExpectation(model, undefined, bundledThreadScript());
  expect(await thread.logits(image)).toEqual(here.logits(image));
  expect(await thread.trace(image)).toEqual(here.trace(image));
  thread.close();
});

test('an abort ends a calculation that takes long', async () => {
  // About 10^9 operations.
  const long = denseNetwork({ side: 255, hidden: 200 });
  const controller = new AbortController();
  const thread = threadExpectation(long, controller.signal, bundledThreadScript());
  const images = Array.from({ length: 100 }, () => new Uint8Array(255 * 255));
  const results = Promise.allSettled(images.map((image) => thread.logits(image)));
  const start = performance.now();
  controller.abort();
  const [first] = await results;
  expect(first).toMatchObject({ status: 'rejected', reason: { name: 'AbortError' } });
  expect(performance.now() - start).toBeLessThan(1000);
});

test('an error of the thread is reported with each request', async () => {
  const thread = threadExpectation(new Uint8Array(4), undefined, bundledThreadScript());
  await expect(thread.logits(image)).rejects.toThrow();
  thread.close();
});
