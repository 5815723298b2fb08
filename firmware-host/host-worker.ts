/**
 * The script of this package's threads: a runner of uploaded engines, or the host's own calculation for a check.
 *
 * @module
 */
import { nodeModule } from '@bd-edge/sdk/internal';
import { type DirectExpectation, referenceExpectation } from './check/expectation.js';
import { Fault } from './simulator/fault.js';
import { Runner } from './simulator/runner.js';
import type { ThreadReply, ThreadRequest } from './thread.js';

/** The messages of a simulated board, and of a check. */
export type HostMessage =
  | { load: { engine: Uint8Array; model: Uint8Array; ramBytes: number } }
  | { run: Uint8Array }
  | { trace: Uint8Array }
  | { profile: Uint8Array }
  | { expect: Uint8Array }
  | { expectedLogits: Uint8Array }
  | { expectedTrace: Uint8Array };

let runner: Runner;
let expectation: DirectExpectation;

const port = nodeModule('node:worker_threads')?.parentPort;
port?.on('message', async ({ id, message }: ThreadRequest) => {
  try {
    reply({ id, result: await answer(message as HostMessage) });
  } catch (error) {
    const { code, detail, reason } = error as Fault;
    const fault = error instanceof Fault ? { code, detail, reason } : undefined;
    reply({ id, error: error instanceof Error ? error.message : String(error), fault });
  }
});

const reply = (answer: ThreadReply) => port?.postMessage(answer);

async function answer(message: HostMessage): Promise<unknown> {
  if ('load' in message) {
    const { engine, model, ramBytes } = message.load;
    runner = await Runner.load(engine, model, ramBytes);
    return runner.inputBytes;
  }
  if ('run' in message) return runner.run(message.run);
  if ('trace' in message) return runner.trace(message.trace);
  if ('profile' in message) return runner.profile(message.profile);
  if ('expect' in message) {
    expectation = referenceExpectation(message.expect);
    return undefined;
  }
  if ('expectedLogits' in message) return expectation.logits(message.expectedLogits);
  return expectation.trace(message.expectedTrace);
}
