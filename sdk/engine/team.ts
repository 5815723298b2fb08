import { EngineError, UsageError } from '../errors.js';
import { nodeModule } from '../node-module.js';

/** The limit of one network's threads. */
const MAX_THREADS = 64;
/** How long thread 0 sleeps between polls for the other threads, in ms. */
const NAP_MS = 0.1;
/** Rounds of polling before it sleeps: the others mostly finish within the first. */
const ROUNDS_AWAKE = 16;

/** The start parameters of a thread. */
interface Start {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  thread: number;
}

/**
 * The program of each thread, as text, so that a bundle of one file contains it. It reports that it has
 * started, and never returns from `work` (assembly/team.ts).
 */
const SCRIPT = `
const start = ({ module, memory, thread }, say) => {
  const imports = { env: { memory }, 'threads-host': { stalled() {} } };
  const { work } = new WebAssembly.Instance(module, imports).exports;
  say('ready');
  work(thread);
};
const node = globalThis.process?.getBuiltinModule?.('node:worker_threads');
if (node) start(node.workerData, (word) => node.parentPort.postMessage(word));
else globalThis.onmessage = ({ data }) => start(data, (word) => postMessage(word));
`;

/** One thread: a worker of Node or of the web. */
interface Thread {
  /** Settles when the thread has started or failed to start. */
  ready: Promise<void>;
  end(): void;
}

/** The threads of one engine besides thread 0, which calls the engine. */
export class Team {
  readonly #threads: Thread[];
  readonly #patienceMs: number;
  #lost?: EngineError;
  #deadline = 0;

  private constructor(start: Omit<Start, 'thread'>, count: number, patienceMs: number) {
    this.#patienceMs = patienceMs;
    const lose = (reason: string) => this.#lose(reason);
    this.#threads = Array.from({ length: count - 1 }, (_, i) =>
      startThread({ ...start, thread: i + 1 }, lose),
    );
  }

  /**
   * @param count the number of threads, with the caller's
   * @throws {EngineError} `thread-lost` if one does not start
   */
  static async start(
    module: WebAssembly.Module,
    memory: WebAssembly.Memory,
    count: number,
    patienceMs: number,
  ): Promise<Team> {
    const team = new Team({ module, memory }, count, patienceMs);
    try {
      await Promise.all(team.#threads.map((thread) => thread.ready));
    } catch (error) {
      team.close();
      throw error;
    }
    return team;
  }

  /** @throws {EngineError} `thread-lost` if a thread is gone */
  check(): void {
    if (this.#lost) throw this.#lost;
  }

  /**
   * Is called by the engine while it waits for a part that another thread has begun. No message about the end
   * of a thread can arrive during that wait, so a time limit ends it.
   *
   * @param round how often the engine has called it in this wait
   * @throws {EngineError} `thread-lost` if it has waited too long
   */
  readonly stalled = (round: number): void => {
    if (round === 0) this.#deadline = performance.now() + this.#patienceMs;
    else if (performance.now() > this.#deadline) {
      this.#lose(`no answer within ${this.#patienceMs} ms`);
      this.check();
    }
    if (round >= ROUNDS_AWAKE) nap();
  };

  /** Ends the threads. Later runs fail. */
  close(): void {
    this.#lose('they were closed');
  }

  #lose(reason: string): void {
    this.#lost ??= new EngineError(
      'thread-lost',
      `The network's threads are gone: ${reason}; load it again.`,
    );
    for (const thread of this.#threads) thread.end();
  }
}

/**
 * Checks a number of threads.
 *
 * @throws {UsageError} `invalid-threads`
 * @throws {EngineError} `no-shared-memory`
 */
export function checkThreads(count: number): number {
  if (!Number.isInteger(count) || count < 1 || count > MAX_THREADS) {
    const expected = `a whole number from 1 to ${MAX_THREADS}`;
    throw new UsageError('invalid-threads', `threads is ${count}; expected ${expected}.`, {
      received: count,
      expected,
    });
  }
  if (count > 1 && !canShareMemory()) {
    throw new EngineError(
      'no-shared-memory',
      `${count} threads need shared memory, which is not available here; serve the page with the headers ` +
        'Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp, or use 1 thread.',
    );
  }
  return count;
}

function canShareMemory(): boolean {
  if (typeof SharedArrayBuffer === 'undefined') return false;
  return nodeModule('node:worker_threads') !== undefined || globalThis.crossOriginIsolated === true;
}

/** Allocates memory that threads share. Shared memory has to declare its maximum. */
export function sharedMemory(maxBytes: number): WebAssembly.Memory {
  const maximum = Math.max(1, Math.min(65536, Math.ceil(maxBytes / 65536)));
  try {
    return new WebAssembly.Memory({ initial: 1, maximum, shared: true });
  } catch (cause) {
    throw new EngineError(
      'no-address-space',
      `There is no address space for ${maximum} pages of shared memory (${(cause as Error).message}); set maxMemoryBytes.`,
      { cause },
    );
  }
}

function startThread(start: Start, lose: (reason: string) => void): Thread {
  try {
    const node = nodeModule('node:worker_threads');
    return node ? startNodeThread(node.Worker, start, lose) : startWebThread(start, lose);
  } catch (cause) {
    const reason = (cause as Error).message;
    throw notStarted(reason, { cause });
  }
}

function notStarted(reason: string, options?: ErrorOptions): EngineError {
  return new EngineError('thread-lost', `A thread does not start here: ${reason}; use 1 thread.`, options);
}

type NodeWorker = typeof import('node:worker_threads').Worker;

function startNodeThread(Worker: NodeWorker, start: Start, lose: (reason: string) => void): Thread {
  const worker = new Worker(SCRIPT, { eval: true, workerData: start });
  const ready = new Promise<void>((resolve, reject) => {
    const fail = (reason: string) => {
      lose(reason);
      reject(notStarted(reason));
    };
    // Until then the thread keeps the process alive; an idle network must not.
    worker.once('message', () => {
      worker.unref();
      resolve();
    });
    worker.on('error', (error: unknown) => fail((error as Error).message));
    worker.on('exit', (code) => fail(`one ended with code ${code}`));
  });
  return { ready, end: () => void worker.terminate() };
}

function startWebThread(start: Start, lose: (reason: string) => void): Thread {
  const address = URL.createObjectURL(new Blob([SCRIPT], { type: 'text/javascript' }));
  const worker = new Worker(address);
  const ready = new Promise<void>((resolve, reject) => {
    worker.onmessage = () => resolve();
    worker.onerror = (event) => {
      const reason = event.message || "its script may not run; allow blob: in the page's worker-src";
      lose(reason);
      reject(notStarted(reason));
    };
  }).finally(() => URL.revokeObjectURL(address));
  worker.postMessage(start);
  return { ready, end: () => worker.terminate() };
}

const bed = typeof SharedArrayBuffer === 'undefined' ? undefined : new Int32Array(new SharedArrayBuffer(4));

/** Yields the core for a moment. The main thread of a page may not wait, so it continues to poll. */
function nap(): void {
  if (bed && typeof document === 'undefined') Atomics.wait(bed, 0, 0, NAP_MS);
}
