import { expect, test } from 'vitest';
import { EngineError, ImageError } from '../engine/errors.js';
import { ModelError } from '../format/model-error.js';
import { SourceError } from '../source.js';
import { loadInWorker } from './load-in-worker.js';
import { type Reply, sendableError } from './messages.js';
import { reviveError, WorkerLink, WorkerLostError } from './worker-link.js';

/** A worker that answers when a test lets it. */
class SilentWorker {
  onmessage?: (event: { data: Reply }) => void;
  onerror?: (event: { message?: string }) => void;
  readonly asked: { id: number }[] = [];
  terminated = false;
  postMessage(message: { id: number }) {
    this.asked.push(message);
  }
  terminate() {
    this.terminated = true;
  }
}

function linked() {
  const worker = new SilentWorker();
  return { worker, link: new WorkerLink(worker as unknown as Worker) };
}
const image = new Uint8Array(1);

test('each answer finds its request, in whatever order they come', async () => {
  const { worker, link } = linked();
  const answers = [link.ask({ image }), link.ask({ image })];
  const [first, second] = worker.asked;
  const result = (label: number) => ({ label, logits: new Int32Array() });
  worker.onmessage?.({ data: { id: second.id, result: result(2) } });
  worker.onmessage?.({ data: { id: first.id, result: result(1) } });
  expect(await Promise.all(answers)).toEqual([result(1), result(2)]);
});

test('closed in the middle, what was asked and what is asked later fail, and say why', async () => {
  const { worker, link } = linked();
  const asked = link.ask({ image });
  link.close();
  await expect(asked).rejects.toThrow(WorkerLostError);
  await expect(link.ask({ image })).rejects.toThrow('The worker was closed before it answered');
  expect(worker.terminated).toBe(true);
});

test('a worker that fails as a whole fails every request', async () => {
  const { worker, link } = linked();
  const asked = [link.ask({ image }), link.ask({ image })];
  worker.onerror?.({ message: 'out of memory' });
  for (const one of asked) await expect(one).rejects.toThrow('The worker failed: out of memory');
  expect(worker.terminated).toBe(true);
});

test.each([
  new ModelError(5, 3),
  new ImageError(1, 2),
  new EngineError('none', { cause: new Error() }),
  new SourceError('gone'),
  new RangeError('other'),
])('%s keeps class and fields on its way', (error) => {
  const revived = reviveError(structuredClone(sendableError(error)));
  expect(revived).toBeInstanceOf(error instanceof RangeError ? Error : error.constructor);
  expect({ ...revived, message: revived.message }).toEqual({
    ...error,
    name: error.name,
    message: error.message,
  });
});

test('where there are no workers, says so', async () => {
  await expect(loadInWorker(new Uint8Array())).rejects.toThrow('A worker does not start here');
});
