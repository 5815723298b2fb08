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

/** The output of a network for one image. */
export interface ThreadResult {
  logits: Int32Array;
  milliseconds: number;
}

/** The results of the images, or an error of this package. */
export type WorkerAnswer =
  | { results: ThreadResult[] }
  | { error: { name: string; code: string; message: string } };

/** A thread that runs a network. */
export interface NetworkThread {
  /** Returns the result of each image. @throws the signal's reason at once when it aborts */
  run(request: WorkerRequest): Promise<ThreadResult[]>;
  close(): Promise<void>;
}

/** Starts a thread that runs a network. An aborted signal ends it, also in the middle of an image. */
export function startThread(data: WorkerData, signal: AbortSignal): NetworkThread {
  const worker = new Worker(new URL('./eval-worker.js', import.meta.url), { workerData: data });
  return {
    async run(request) {
      signal.throwIfAborted();
      const answered = once(worker, 'message', { signal });
      worker.postMessage(request);
      const [answer] = (await answered.catch((error) => {
        signal.throwIfAborted();
        throw error;
      })) as [WorkerAnswer];
      if ('results' in answer) return answer.results;
      const { name, code, message } = answer.error;
      throw name === 'UsageError' ? new UsageError(code, message) : new FileError(code, message);
    },
    async close() {
      await worker.terminate();
    },
  };
}
