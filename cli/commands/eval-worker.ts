/** The thread in which `bd-edge eval` runs a network, so that the main thread hears signals during an image. */
import { parentPort, workerData } from 'node:worker_threads';
import { argmax, BdEdgeError, load, parseModel, referenceLogits } from '@bd-edge/sdk/internal';
import type { WorkerAnswer, WorkerData, WorkerRequest } from './eval-thread.js';

const { bytes, engine } = workerData as WorkerData;

try {
  const classify = engine === 'wasm' ? await wasmClassifier() : referenceClassifier();
  parentPort?.on('message', ({ images, imageBytes }: WorkerRequest) => {
    guarded(() => {
      const classes: number[] = [];
      for (let at = 0; at < images.length; at += imageBytes)
        classes.push(classify(images.subarray(at, at + imageBytes)));
      answer({ classes });
    });
  });
} catch (error) {
  fail(error);
}

async function wasmClassifier(): Promise<(image: Uint8Array) => number> {
  const network = await load(bytes);
  return (image) => network.run(image).classIndex;
}

function referenceClassifier(): (image: Uint8Array) => number {
  const model = parseModel(bytes);
  return (image) => argmax(referenceLogits(model, image));
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
