import { afterEach, expect, test, vi } from 'vitest';
import { EngineError, FileError, ImageError, UsageError } from '../errors.js';
import { ModelError } from '../format/model-error.js';
import { rejection } from '../testing/throws.js';
import { loadInWorker } from './load-in-worker.js';
import { type Reply, sendableError } from './messages.js';
import { reviveError, WorkerLink } from './worker-link.js';

/** A worker that replies when a test calls its handlers. */
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

test('each reply finds its request, in any order', async () => {
  const { worker, link } = linked();
  const answers = [link.ask({ image }), link.ask({ image })];
  const [first, second] = worker.asked;
  const result = (classIndex: number) => ({ classIndex, logits: new Int32Array() });
  worker.onmessage?.({ data: { id: second.id, result: result(2) } });
  worker.onmessage?.({ data: { id: first.id, result: result(1) } });
  expect(await Promise.all(answers)).toEqual([result(1), result(2)]);
});

test('after close, pending and later requests fail', async () => {
  const { worker, link } = linked();
  const asked = link.ask({ image });
  link.close();
  for (const request of [asked, link.ask({ image })]) {
    expect(await rejection(request)).toMatchObject({ name: 'EngineError', code: 'worker-lost' });
  }
  expect(worker.terminated).toBe(true);
});

test('a worker that fails rejects every request', async () => {
  const { worker, link } = linked();
  const asked = [link.ask({ image }), link.ask({ image })];
  worker.onerror?.({ message: 'out of memory' });
  for (const request of asked) expect((await rejection(request)).code).toBe('worker-lost');
  expect(worker.terminated).toBe(true);
});

test.each([
  new ModelError(5, 3),
  new ImageError('wrong-image-size', 'One sentence.', { received: 1, expected: [2, 3] }),
  new EngineError('thread-lost', 'One sentence.', { cause: new Error() }),
  new FileError('unreadable', 'One sentence.', { path: 'model.bdm' }),
  new UsageError('invalid-top', 'One sentence.', { received: 0 }),
  new RangeError('other'),
])('%s keeps its class and fields', (error) => {
  const revived = reviveError(structuredClone(sendableError(error)));
  expect(revived).toBeInstanceOf(error instanceof RangeError ? Error : error.constructor);
  expect({ ...revived, message: revived.message }).toEqual({
    ...error,
    name: error.name,
    message: error.message,
  });
});

afterEach(() => vi.unstubAllGlobals());

test('messages carry parts of a buffer without the rest of the buffer', async () => {
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

test('values that are not images go to the worker unchanged, for its error', async () => {
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

test('classify sends pixels, bitmaps and frames; elements are read here', async () => {
  const asked: { id: number; classify?: unknown; options?: unknown }[] = [];
  vi.stubGlobal(
    'Worker',
    class extends SilentWorker {
      override postMessage(message: { id: number }) {
        asked.push(message);
        this.onmessage?.({ data: { id: message.id, result: [] } });
      }
    },
  );
  const pixels = { width: 1, height: 1, data: Uint8ClampedArray.of(1, 2, 3, 4) };
  vi.stubGlobal(
    'OffscreenCanvas',
    class {
      getContext = () => ({ clearRect() {}, drawImage() {}, getImageData: () => pixels });
    },
  );
  const network = await loadInWorker(new Uint8Array(2));
  const part = { ...pixels, data: new Uint8Array(9).subarray(2, 5) };
  const bitmap = { width: 1, height: 1, [Symbol.toStringTag]: 'ImageBitmap' } as unknown as ImageBitmap;
  const element = { naturalWidth: 1, naturalHeight: 1, width: 5, height: 5 } as HTMLImageElement;
  for (const image of [part, bitmap, element]) await network.classify(image, { top: 1 });
  expect(asked.slice(1)).toMatchObject([
    { classify: { ...pixels, data: Uint8Array.of(0, 0, 0) }, options: { top: 1 } },
    { classify: bitmap, options: { top: 1 } },
    { classify: pixels, options: { top: 1 } },
  ]);
  expect((asked[1].classify as typeof pixels).data.buffer.byteLength).toBe(3);
  expect((await rejection(network.classify(part, { top: 0 }))).code).toBe('invalid-top');
  network[Symbol.dispose]();
  expect((await rejection(network.classify(part))).code).toBe('worker-lost');
});

test('a runtime without workers', async () => {
  expect((await rejection(loadInWorker(new Uint8Array()))).code).toBe('worker-lost');
});
