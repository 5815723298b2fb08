import type { HostMessage } from '../host-worker.js';
import { ERROR_TRAPPED } from '../link/protocol.js';
import { Thread, ThreadFailure, threadScript } from '../thread.js';
import { Fault } from './fault.js';
import { type EngineRunner, type LoadRunner, Runner, type RunResult } from './runner.js';

/** The time limit of a request in ms, as on boards (BOARD_BUDGET_SECONDS): less than a host waits. */
export const TIME_LIMIT_MS = 20_000;

/** How a simulated board runs engines. */
export interface Isolation {
  load: LoadRunner;
  /** Whether engines have their own thread and a time limit. */
  isThread: boolean;
}

/**
 * Returns how engines run here: in their own thread with a time limit if the runtime is Node, Deno or Bun, else in this
 * thread without a limit.
 *
 * @param script default: the one of this package
 */
export function isolation(limitMs = TIME_LIMIT_MS, script = threadScript()): Isolation {
  if (script === undefined) return { load: Runner.load, isThread: false };
  return {
    isThread: true,
    load: async (engine, model, ramBytes, signal) => {
      if (signal?.aborted) throw new Fault(ERROR_TRAPPED);
      const runner = new ThreadRunner(script, { engine, model, ramBytes }, limitMs);
      signal?.addEventListener('abort', () => runner.close(), { once: true });
      await runner.start();
      return runner;
    },
  };
}

/** An engine and a model in their own thread, which ends when a request takes too long. */
class ThreadRunner implements EngineRunner {
  inputBytes = 0;
  private thread: Thread;
  private closed = false;

  constructor(
    private readonly script: URL,
    private readonly pair: { engine: Uint8Array; model: Uint8Array; ramBytes: number },
    private readonly limitMs: number,
  ) {
    this.thread = new Thread(script);
  }

  async start(): Promise<void> {
    try {
      this.inputBytes = (await this.ask({ load: this.pair })) as number;
    } catch (error) {
      this.thread.close();
      throw error;
    }
  }

  run(image: Uint8Array): Promise<RunResult> {
    return this.askLoaded({ run: image }) as Promise<RunResult>;
  }

  trace(image: Uint8Array): Promise<Uint32Array> {
    return this.askLoaded({ trace: image }) as Promise<Uint32Array>;
  }

  profile(image: Uint8Array): Promise<Uint32Array> {
    return this.askLoaded({ profile: image }) as Promise<Uint32Array>;
  }

  close(): void {
    this.closed = true;
    this.thread.close();
  }

  /** Loads the pair again in a new thread if the last request ended the thread. */
  private async askLoaded(message: HostMessage): Promise<unknown> {
    if (!this.thread.isRunning && !this.closed) {
      this.thread = new Thread(this.script);
      await this.start();
    }
    return this.ask(message);
  }

  private async ask(message: HostMessage): Promise<unknown> {
    try {
      return await this.thread.ask(message, this.limitMs);
    } catch (error) {
      // Without a failure of the function, the thread has ended: it took too long, or too much memory.
      if (!(error instanceof ThreadFailure)) throw new Fault(ERROR_TRAPPED);
      const fault = error.fault as Fault | undefined;
      throw fault ? new Fault(fault.code, fault.detail, fault.reason) : error;
    }
  }
}
