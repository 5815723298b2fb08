import { EngineError, FileError, ImageError, UsageError } from '../errors.js';
import { ModelError } from '../format/model-error.js';
import type { Reply, Request, SentError } from './messages.js';

type Unnumbered<T> = T extends unknown ? Omit<T, 'id'> : never;

/** Sends requests to a worker and matches its replies. */
export class WorkerLink {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  #next = 0;
  #lost?: EngineError;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<Reply>) => {
      const waiting = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if ('error' in data) waiting?.reject(reviveError(data.error));
      else waiting?.resolve(data.result);
    };
    worker.onerror = (event) => {
      event.preventDefault?.();
      this.#end(`The worker failed: ${event.message || 'its script does not load'}; load the network again.`);
    };
  }

  /**
   * Sends a request and waits for the reply.
   *
   * @throws {EngineError} `worker-lost` if the worker is gone before it replies
   * @throws the error of the reply
   */
  ask<Result>(request: Unnumbered<Request>): Promise<Result> {
    if (this.#lost) return Promise.reject(this.#lost);
    return new Promise((resolve, reject) => {
      const id = this.#next++;
      this.#waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
      this.#worker.postMessage({ id, ...request });
    });
  }

  close(): void {
    this.#end('The worker was closed before it replied; load the network again.');
  }

  #end(reason: string): void {
    this.#worker.terminate();
    this.#lost ??= new EngineError('worker-lost', reason);
    for (const { reject } of this.#waiting.values()) reject(this.#lost);
    this.#waiting.clear();
  }
}

const CLASSES: Record<string, { prototype: Error }> = {
  EngineError,
  FileError,
  ImageError,
  ModelError,
  UsageError,
};

/** Rebuilds an error of the worker: its class and fields. */
export function reviveError({ message, ...fields }: SentError): Error {
  const error = Object.assign(new Error(message), fields);
  return Object.setPrototypeOf(error, (CLASSES[fields.name] ?? Error).prototype);
}
