import { execFileSync } from 'node:child_process';
import * as workerThreads from 'node:worker_threads';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as layout from '../../assembly/layout.js';
import { argmax } from '../argmax.js';
import { encodeModel } from '../format/encode.js';
import { parseModel } from '../format/parse.js';
import { referenceLogits } from '../reference/reference.js';
import { kernelGraph } from '../testing/kernel-graph.js';
import { reseal } from '../testing/mutations.js';
import { random, randomImage } from '../testing/random-graph.js';
import { codeOf, rejection } from '../testing/throws.js';
import { kernelOf } from './kernels.js';
import { load } from './network.js';
import { engineWasm } from './wasm.js';

// A network with a layer that threads divide.
const graph = Array.from({ length: 100 }, (_, seed) => kernelGraph(random(seed))).find((graph) => {
  const model = parseModel(encodeModel(graph));
  return model.ops.some((_, op) => kernelOf(model, op, 'simd').name === 'planes');
}) as ReturnType<typeof kernelGraph>;
const bytes = encodeModel(graph);
const images = Array.from({ length: 11 }, (_, seed) => randomImage(random(seed), graph));
const expected = images.map((image) => referenceLogits(parseModel(bytes), image));

/** The module that programs import; its members can be replaced. */
const real = process.getBuiltinModule('node:worker_threads');
const workers: workerThreads.Worker[] = [];

/** Records the workers that are started, and can replace their script. */
function watchWorkers(otherScript?: string): void {
  const watched = class extends workerThreads.Worker {
    constructor(script: string | URL, options?: workerThreads.WorkerOptions) {
      super(otherScript ?? script, options);
      workers.push(this);
    }
  };
  replaceThreads({ ...real, Worker: watched });
}

/** Replaces node:worker_threads. */
function replaceThreads(other: unknown): void {
  const get = process.getBuiltinModule;
  const replaced = (name: string) => (name === 'node:worker_threads' ? other : get(name));
  vi.spyOn(process, 'getBuiltinModule').mockImplementation(replaced as never);
}
beforeEach(() => void workers.splice(0));
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

test('a network on threads gives the same results', async () => {
  const network = await load(bytes, { threads: 2 });
  expect(network).toMatchObject({ build: 'simd-threads', threads: 2 });
  expect(network.runBatch(images)).toEqual(
    expected.map((logits) => ({ classIndex: argmax(logits), className: undefined, logits })),
  );
  expect(images.map((image) => network.run(image).logits)).toEqual(expected);
  network.close();
  expect(codeOf(() => network.run(images[0]))).toBe('thread-lost');
});

test.each([2, 3, 4])('%i threads give the same results a thousand times', async (threads) => {
  const network = await load(bytes, { threads });
  for (let time = 0; time < 1000; time++) {
    const image = time % images.length;
    const { logits } = network.run(images[image]);
    // Compared as bytes, because matchers are slow.
    if (Buffer.compare(Buffer.from(logits.buffer), Buffer.from(expected[image].buffer)) !== 0)
      expect.fail(`${logits} instead of ${expected[image]}, the ${time}th time`);
  }
  for (let time = 0; time < 20; time++)
    expect(network.runBatch(images).map(({ logits }) => logits)).toEqual(expected);
  network.close();
});

test('in a network with one divided layer, a thread reads each new image', async () => {
  const size = 40;
  const one = { strideY: 1, strideX: 1, paddingTop: 0, paddingLeft: 0 };
  const filters = 8;
  const single = encodeModel({
    input: { height: size, width: size, channels: 1 },
    ops: [
      {
        kind: 'int8-convolution',
        input: 0,
        window: { ...one, kernelHeight: 1, kernelWidth: 1 },
        outputHeight: size,
        outputWidth: size,
        filters,
        weights: new Int8Array(filters).fill(1),
        epilogue: {
          kind: 'threshold',
          coupled: false,
          thresholds: [
            {
              values: Int32Array.from({ length: filters }, (_, i) => 30 * i),
              invert: new Uint8Array(filters),
            },
          ],
        },
      },
      {
        kind: 'int8-convolution',
        input: 1,
        window: { ...one, kernelHeight: size, kernelWidth: size },
        outputHeight: 1,
        outputWidth: 1,
        filters: 1,
        weights: Int8Array.from({ length: size * size * filters }, (_, i) => (i % 127) + 1),
        epilogue: { kind: 'sum', bias: Int32Array.of(0) },
      },
    ],
    outputScale: 1,
  });
  const model = parseModel(single);
  const all = Array.from({ length: 7 }, (_, i) => new Uint8Array(size * size).fill(36 * i));
  const sums = all.map((image) => referenceLogits(model, image)[0]);
  const network = await load(single, { threads: 2 });
  const found = Array.from({ length: 1000 }, (_, time) => network.run(all[time % all.length]).logits[0]);
  network.close();
  expect(found).toEqual(found.map((_, time) => sums[time % sums.length]));
});

test('a batch on one thread gives the same results', async () => {
  const network = await load(bytes);
  expect(network).toMatchObject({ build: 'simd', threads: 1 });
  expect(network.runBatch([])).toEqual([]);
  expect(network.runBatch(images).map(({ logits }) => logits)).toEqual(expected);
  expect(codeOf(() => network.runBatch([images[0], new Uint8Array(3)]))).toBe('wrong-image-size');
  network.close();
  expect(network.run(images[0]).logits).toEqual(expected[0]);
});

test('a model with invalid metadata leaves no threads behind', async () => {
  watchWorkers();
  const damaged = encodeModel({ ...graph, metadata: { name: 'damaged' } });
  const metadata = layout.HEADER_SECTIONS + 8 * layout.SECTION_METADATA;
  damaged[new DataView(damaged.buffer).getUint32(metadata, true)] = 0xff;
  expect((await rejection(load(reseal(damaged), { threads: 3 }))).code).toBe('invalid-metadata');
  expect(workers).toHaveLength(2);
  // The number of a thread that has ended.
  await vi.waitFor(() => expect(workers.map(({ threadId }) => threadId)).toEqual([-1, -1]), 10_000);
});

test('a thread that is ended from outside makes the next image fail', async () => {
  watchWorkers();
  const network = await load(bytes, { threads: 3 });
  expect(workers).toHaveLength(2);
  network.run(images[0]);
  await workers[1].terminate();
  expect(codeOf(() => network.run(images[0]))).toBe('thread-lost');
  expect(codeOf(() => network.runBatch(images))).toBe('thread-lost');
  // The other threads end too.
  await vi.waitFor(() => expect(workers[0].threadId).toBe(-1));
});

test('the caller does not wait for ever for a thread that dies during its work', async () => {
  watchWorkers(`
    const { parentPort, workerData: { module, memory } } = require('node:worker_threads');
    const imports = { env: { memory }, 'threads-host': { stalled() {} } };
    const { ticketAddress } = new WebAssembly.Instance(module, imports).exports;
    const ticket = new BigInt64Array(memory.buffer, ticketAddress(), 1);
    parentPort.postMessage('ready');
    for (;;) {
      const found = Atomics.load(ticket, 0);
      const parts = found & 0xffffffffn;
      if (parts > 0n && Atomics.compareExchange(ticket, 0, found, found - 1n) === found) process.exit();
    }
  `);
  const network = await load(bytes, { threads: 2, patienceMs: 20 });
  const runMany = () => {
    // The thread may be too late for some of them.
    for (let time = 0; time < 20_000; time++) network.run(images[0]);
  };
  expect(codeOf(runMany)).toBe('thread-lost');
  expect(codeOf(() => network.run(images[0]))).toBe('thread-lost');
});

test('a thread that does not start', async () => {
  watchWorkers(`throw new Error('no room')`);
  expect((await rejection(load(bytes, { threads: 2 }))).code).toBe('thread-lost');
});

test('two threads need shared memory, one thread does not', async () => {
  vi.stubGlobal('SharedArrayBuffer', undefined);
  expect((await rejection(load(bytes, { threads: 2 }))).code).toBe('no-shared-memory');
  expect((await load(bytes)).run(images[0]).logits).toEqual(expected[0]);
});

test('a page that is not isolated has no threads', async () => {
  replaceThreads(undefined);
  vi.stubGlobal('crossOriginIsolated', false);
  expect((await rejection(load(bytes, { threads: 2 }))).code).toBe('no-shared-memory');
});

test.each([0, 1.5, 65, Number.NaN])('%d threads are refused', async (threads) => {
  expect(await rejection(load(bytes, { threads }))).toMatchObject({
    code: 'invalid-threads',
    received: threads,
  });
});

test('threads with a single-threaded build or engine are refused', async () => {
  const simd = await rejection(load(bytes, { threads: 2, build: 'simd' }));
  expect(simd).toMatchObject({ code: 'single-threaded-build', received: 'simd' });
  const engine = await engineWasm('simd');
  const own = await rejection(load(bytes, { threads: 2, engine }));
  expect(own.code).toBe('single-threaded-engine');
});

test('the build with threads runs on one thread, and from its bytes', async () => {
  const network = await load(bytes, { build: 'simd-threads' });
  expect(network).toMatchObject({ build: 'simd-threads', threads: 1 });
  expect(network.run(images[0]).logits).toEqual(expected[0]);
  const own = await load(bytes, { engine: await engineWasm('simd-threads'), threads: 2 });
  expect(own.runBatch(images).map(({ logits }) => logits)).toEqual(expected);
  own.close();
});

test('a process exits even if a network on threads is not closed', () => {
  const program = `
    import { encodeModel, load } from './sdk/dist/index.js';
    const network = await load(Buffer.from(process.argv[1], 'base64'), { threads: 2 });
    console.log(network.build, network.run(new Uint8Array(Number(process.argv[2]))).logits.length);
  `;
  const args = [Buffer.from(bytes).toString('base64'), String(images[0].length)];
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', program, ...args], {
    timeout: 20_000,
    encoding: 'utf8',
  });
  expect(output).toBe(`simd-threads ${expected[0].length}\n`);
});
