import { EngineError, UsageError } from '../errors.js';
import { nodeModule } from '../node-module.js';

/** The most threads that one network may have. */
const MOST_THREADS = 64;
/** How long thread 0 sleeps, in ms, where it may, before it looks again whether the others are done. */
const NAP_MS = 0.1;
/** Rounds of looking before it sleeps: others are mostly done within the first. */
const ROUNDS_AWAKE = 16;

/** What a thread gets to start from. */
interface Start {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  thread: number;
}

/**
 * What runs in each thread, as text, so that a program in one file has it too. It says that it is there, and never comes
 * back from `work` (assembly/team.ts).
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

/** One thread, whichever kind of worker this runtime has. */
interface Thread {
  /** Settles once the thread has started, or has not. */
  ready: Promise<void>;
  end(): void;
}

/**
 * The threads of one engine but for the one that calls it, which is thread 0.
 */
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
   * @param count how many threads, the caller's included
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
   * What the engine calls while it waits for a part that another thread has begun. Messages of a thread's end do not come
   * in meanwhile, so that only time tells.
   *
   * @param round how often it called in this wait
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

  /** Ends the threads; what runs after this fails. */
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
  if (!Number.isInteger(count) || count < 1 || count > MOST_THREADS) {
    const expected = `a whole number from 1 to ${MOST_THREADS}`;
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

/** Memory for threads. Shared memory says beforehand how far it may grow. */
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
    // Until then it keeps the process; a network that nobody uses does not.
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

/** Leaves the core to others for a moment. A page's main thread may not, and looks on. */
function nap(): void {
  if (bed && typeof document === 'undefined') Atomics.wait(bed, 0, 0, NAP_MS);
}
