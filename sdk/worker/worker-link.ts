import { EngineError, ImageError, ThreadLostError } from '../engine/errors.js';
import { BdEdgeError } from '../errors.js';
import { ModelError } from '../format/model-error.js';
import { SourceError } from '../source.js';
import type { Reply, Request, SentError } from './messages.js';

/** The worker is gone: it was closed, or it failed as a whole. What it was asked, nobody answers. */
export class WorkerLostError extends BdEdgeError {
  override readonly name = 'WorkerLostError';
}

type Unnumbered<T> = T extends unknown ? Omit<T, 'id'> : never;

/** Requests to a worker, each with its answer. */
export class WorkerLink {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  #next = 0;
  #lost?: WorkerLostError;

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

  /** @throws {WorkerLostError} if the worker is gone before it answers, and whatever it answers with */
  ask<Result>(request: Unnumbered<Request>): Promise<Result> {
    if (this.#lost) return Promise.reject(this.#lost);
    return new Promise((resolve, reject) => {
      const id = this.#next++;
      this.#waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
      this.#worker.postMessage({ id, ...request });
    });
  }

  close(): void {
    this.#end('The worker was closed before it answered; load the network again.');
  }

  #end(reason: string): void {
    this.#worker.terminate();
    this.#lost ??= new WorkerLostError(reason);
    for (const { reject } of this.#waiting.values()) reject(this.#lost);
    this.#waiting.clear();
  }
}

/** Errors of a worker get the class back that they had there. */
export function reviveError({ message, ...fields }: SentError): Error {
  const kinds: Record<string, { prototype: Error }> = {
    EngineError,
    ImageError,
    ModelError,
    SourceError,
    ThreadLostError,
  };
  const error = Object.assign(new Error(message), fields);
  return Object.setPrototypeOf(error, (kinds[fields.name] ?? Error).prototype);
}
