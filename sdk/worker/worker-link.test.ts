import { afterEach, expect, test, vi } from 'vitest';
import { EngineError, ImageError, ThreadLostError } from '../engine/errors.js';
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
  new ThreadLostError('lost'),
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

afterEach(() => vi.unstubAllGlobals());

test('messages take the model and images that are parts of a buffer, not the buffer', async () => {
  const sent: Uint8Array[] = [];
  vi.stubGlobal(
    'Worker',
    class extends SilentWorker {
      override postMessage(message: { id: number; load?: { model: Uint8Array }; images?: Uint8Array[] }) {
        const { id, load, images = [] } = message;
        sent.push(...structuredClone(load ? [load.model] : images));
        this.onmessage?.({ data: { id, result: [] } });
      }
    },
  );
  const buffer = Uint8Array.from({ length: 1000 }, (_, i) => i);
  const network = await loadInWorker(buffer.subarray(1, 3));
  await network.runBatch([buffer.subarray(3, 5), new Uint8ClampedArray(buffer.buffer, 5, 2) as never]);
  expect(sent.map((bytes) => [...bytes])).toEqual([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  expect(sent.map((bytes) => bytes.buffer.byteLength)).toEqual([2, 2, 2]);
});

test('what is no image goes to the worker as it is, for its error', async () => {
  const asked: unknown[] = [];
  vi.stubGlobal(
    'Worker',
    class extends SilentWorker {
      override postMessage(message: { id: number; image?: unknown }) {
        asked.push(message.image);
        this.onmessage?.({ data: { id: message.id, result: [] } });
      }
    },
  );
  const network = await loadInWorker(new Uint8Array(2));
  const floats = new Float32Array(4).subarray(1);
  await network.run(floats as never);
  await network.run(undefined as never);
  expect(asked.slice(1)).toEqual([floats, undefined]);
});

test('where there are no workers, says so', async () => {
  await expect(loadInWorker(new Uint8Array())).rejects.toThrow('A worker does not start here');
});
