import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { FileError, UsageError } from '@bd-edge/sdk/internal';

/** The model and the engine that a thread runs. */
export interface WorkerData {
  bytes: Uint8Array;
  engine: 'wasm' | 'reference';
}

/** Images one after the other. */
export interface WorkerRequest {
  images: Uint8Array;
  imageBytes: number;
}

/** The class index of each image, or an error of this package. */
export type WorkerAnswer = { classes: number[] } | { error: { name: string; code: string; message: string } };

/** A thread that classifies images. */
export interface ClassifierThread {
  /** Returns the class index of each image. @throws the signal's reason at once when it aborts */
  classify(request: WorkerRequest): Promise<number[]>;
  close(): Promise<void>;
}

/** Starts a thread that classifies images. An aborted signal ends it, also in the middle of an image. */
export function startClassifier(data: WorkerData, signal: AbortSignal): ClassifierThread {
  const worker = new Worker(new URL('./eval-worker.js', import.meta.url), { workerData: data });
  return {
    async classify(request) {
      signal.throwIfAborted();
      const answered = once(worker, 'message', { signal });
      worker.postMessage(request);
      const [answer] = (await answered.catch((error) => {
        signal.throwIfAborted();
        throw error;
      })) as [WorkerAnswer];
      if ('classes' in answer) return answer.classes;
      const { name, code, message } = answer.error;
      throw name === 'UsageError' ? new UsageError(code, message) : new FileError(code, message);
    },
    async close() {
      await worker.terminate();
    },
  };
}
