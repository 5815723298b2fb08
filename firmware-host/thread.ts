import type { Worker } from 'node:worker_threads';
import { nodeModule } from '@bd-edge/sdk/internal';

/** A request to a thread; it carries one message. */
export interface ThreadRequest {
  id: number;
  message: unknown;
}

/** The answer of a thread: a result, or an error that was thrown. */
export type ThreadReply = { id: number } & ({ result: unknown } | { error: string; fault?: unknown });

/** The thread did not answer within its time limit and was ended, or was closed. */
export class ThreadEndedError extends Error {
  override readonly name = 'ThreadEndedError';
}

/** The function in a thread failed. */
export class ThreadFailure extends Error {
  override readonly name = 'ThreadFailure';

  /** @param fault the fields of a Fault, if one was thrown */
  constructor(
    message: string,
    readonly fault?: unknown,
  ) {
    super(message);
  }
}

/** The limit of a thread's memory besides that of an engine. */
const MAX_HEAP_MB = 1024;

interface Pending {
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
  timer?: ReturnType<typeof setTimeout>;
}

/**
 * Returns the script of this package's threads; undefined in browsers, and in bundles that do not contain the script.
 */
export function threadScript(): URL | undefined {
  const files = nodeModule('node:fs');
  if (nodeModule('node:worker_threads') === undefined || files === undefined) return undefined;
  const script = new URL('./host-worker.js', import.meta.url);
  try {
    return files.existsSync(script) ? script : undefined;
  } catch {
    return undefined;
  }
}

/** A thread that runs functions which may never return. It keeps the program running only while it has a request. */
export class Thread {
  private readonly worker: Worker;
  private readonly pending = new Map<number, Pending>();
  private requests = 0;
  private ended?: Error;

  constructor(script: URL) {
    const { Worker } = nodeModule('node:worker_threads') as typeof import('node:worker_threads');
    this.worker = new Worker(script, { resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB } });
    this.worker.unref();
    this.worker.on('message', (reply: ThreadReply) => this.settle(reply));
    this.worker.on('error', (error) => this.end(error));
    this.worker.on('exit', () => this.end(new ThreadEndedError('the thread has ended')));
  }

  get isRunning(): boolean {
    return this.ended === undefined;
  }

  /**
   * Sends a message and waits for the answer.
   *
   * @param limitMs the time until the thread is ended; default: no limit
   * @throws {ThreadEndedError} after the time limit, and after `close`
   * @throws {ThreadFailure} if the function throws
   */
  ask(message: unknown, limitMs?: number): Promise<unknown> {
    if (this.ended) return Promise.reject(this.ended);
    const id = this.requests++;
    return new Promise((resolve, reject) => {
      const stop = () => this.end(new ThreadEndedError(`no answer within ${limitMs} ms`));
      this.pending.set(id, {
        resolve,
        reject,
        ...(limitMs !== undefined && { timer: setTimeout(stop, limitMs) }),
      });
      this.worker.ref();
      this.worker.postMessage({ id, message } satisfies ThreadRequest);
    });
  }

  /** Ends the thread at once, whatever it runs. */
  close(): void {
    this.end(new ThreadEndedError('the thread was closed'));
  }

  private settle(reply: ThreadReply): void {
    const pending = this.pending.get(reply.id);
    if (pending === undefined) return;
    this.pending.delete(reply.id);
    if (this.pending.size === 0) this.worker.unref();
    clearTimeout(pending.timer);
    if ('result' in reply) pending.resolve(reply.result);
    else pending.reject(new ThreadFailure(reply.error, reply.fault));
  }

  private end(reason: Error): void {
    if (this.ended) return;
    this.ended = reason;
    void this.worker.terminate();
    this.worker.unref();
    for (const { reject, timer } of this.pending.values()) {
      clearTimeout(timer);
      reject(reason);
    }
    this.pending.clear();
  }
}
