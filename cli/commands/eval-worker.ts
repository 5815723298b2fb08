/** The thread in which commands run a network, so that the main thread hears signals during an image. */
import { parentPort, workerData } from 'node:worker_threads';
import { BdEdgeError, load, parseModel, referenceLogits } from '@bd-edge/sdk/internal';
import type { ThreadResult, WorkerAnswer, WorkerData, WorkerRequest } from './eval-thread.js';

const { bytes, engine } = workerData as WorkerData;

try {
  const run = engine === 'wasm' ? await wasmRunner() : referenceRunner();
  parentPort?.on('message', ({ images, imageBytes }: WorkerRequest) => {
    guarded(() => {
      const results: ThreadResult[] = [];
      for (let at = 0; at < images.length; at += imageBytes) {
        const start = performance.now();
        const logits = run(images.subarray(at, at + imageBytes));
        results.push({ logits, milliseconds: performance.now() - start });
      }
      answer({ results });
    });
  });
} catch (error) {
  fail(error);
}

async function wasmRunner(): Promise<(image: Uint8Array) => Int32Array> {
  const network = await load(bytes);
  return (image) => network.run(image).logits.slice();
}

function referenceRunner(): (image: Uint8Array) => Int32Array {
  const model = parseModel(bytes);
  return (image) => referenceLogits(model, image);
}

function guarded(work: () => void): void {
  try {
    work();
  } catch (error) {
    fail(error);
  }
}

/** Answers with an error of this package. Others end the thread and keep their stack. */
function fail(error: unknown): void {
  if (!(error instanceof BdEdgeError)) throw error;
  answer({ error: { name: error.name, code: error.code, message: error.message } });
}

function answer(message: WorkerAnswer): void {
  parentPort?.postMessage(message);
}
