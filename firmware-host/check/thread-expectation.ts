import type { HostMessage } from '../host-worker.js';
import { Thread, threadScript } from '../thread.js';
import { type Expectation, referenceExpectation } from './expectation.js';

/** An expectation that holds a thread until it is closed. */
export interface OpenExpectation extends Expectation {
  close(): void;
}

/**
 * Calculates with the reference implementation in its own thread, so that an image that takes seconds does not keep the
 * program from hearing Ctrl-C. Where there are no threads (see {@link threadScript}), the calling thread calculates.
 *
 * @param signal aborts a calculation
 */
export function threadExpectation(
  model: Uint8Array,
  signal?: AbortSignal,
  script = threadScript(),
): OpenExpectation {
  if (script === undefined) return { ...referenceExpectation(model), close() {} };
  const thread = new Thread(script);
  const ask = async (message: HostMessage) => {
    try {
      return await thread.ask(message);
    } catch (error) {
      throw signal?.aborted ? signal.reason : error;
    }
  };
  const close = () => thread.close();
  signal?.addEventListener('abort', close, { once: true });
  const ready = ask({ expect: model });
  // The next request reports the error.
  ready.catch(() => {});
  const answer = async (message: HostMessage) => {
    await ready;
    return ask(message);
  };
  return {
    logits: (image) => answer({ expectedLogits: image }) as Promise<Int32Array>,
    trace: (image) => answer({ expectedTrace: image }) as Promise<Uint32Array>,
    close() {
      signal?.removeEventListener('abort', close);
      thread.close();
    },
  };
}
