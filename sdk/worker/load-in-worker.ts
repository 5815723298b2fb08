import { compileEngine } from '../engine/compile.js';
import type { LoadOptions, Result } from '../engine/network.js';
import { readBytes, type Source } from '../source.js';
import type { Facts } from './messages.js';
import { WorkerLink, WorkerLostError } from './worker-link.js';

/** A network that runs in a worker of its own. */
export interface WorkerNetwork extends Facts {
  /**
   * As `Network.run`, while the page goes on. Images are worked on in the order that they come in.
   *
   * @throws {ImageError} if the image is not bytes or has another size
   * @throws {ThreadLostError} if a thread is gone
   * @throws {WorkerLostError} if the worker is closed or fails before it answers
   */
  run(image: Uint8Array): Promise<Result>;
  /**
   * As `Network.runBatch`, while the page goes on: one message for many images.
   *
   * @throws {ImageError} if one of them is not bytes or has another size; then none was run
   * @throws {ThreadLostError} if a thread is gone
   * @throws {WorkerLostError} if the worker is closed or fails before it answers
   */
  runBatch(images: readonly Uint8Array[]): Promise<Result[]>;
  /** Ends the worker. What it has not answered yet fails with a {@link WorkerLostError}. */
  close(): void;
}

/**
 * Loads a `.bdm` network in a worker of its own, so that a page never waits.
 *
 * ```js
 * import { loadInWorker } from '@bd-edge/sdk/worker';
 *
 * const network = await loadInWorker('model.bdm');
 * console.log((await network.run(pixels)).label);
 * ```
 *
 * @param source the model's bytes or address, or what `fetch` gives
 * @throws {SourceError | ModelError | EngineError} as `load` does
 * @throws {ThreadLostError} if a thread does not start
 * @throws {WorkerLostError} if there are no workers here, or this one does not start
 */
export async function loadInWorker(source: Source, options: LoadOptions = {}): Promise<WorkerNetwork> {
  const link = new WorkerLink(startWorker());
  try {
    // Read here: addresses mean the page's, and neither they nor answers can be sent.
    const [model, engine] = await Promise.all([
      readBytes(source, 'model'),
      options.engine && compileEngine(options.engine),
    ]);
    const facts = await link.ask<Facts>({ load: { model: alone(model), options: { ...options, engine } } });
    return {
      ...facts,
      run: (image) => link.ask({ image: alone(image) }),
      runBatch: (images) => link.ask({ images: images.map(alone) }),
      close: () => link.close(),
    };
  } catch (error) {
    link.close();
    throw error;
  }
}

/** Bytes with nothing around them: a message takes the whole buffer that they are a part of, a copy for each of them. */
function alone(bytes: Uint8Array): Uint8Array {
  const isPart = /^Uint8/.test(bytes?.[Symbol.toStringTag]) && bytes.length < bytes.buffer.byteLength;
  return isPart ? new Uint8Array(bytes) : bytes;
}

function startWorker(): Worker {
  try {
    return new Worker(new URL('./network-worker.js', import.meta.url), { type: 'module' });
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new WorkerLostError(`A worker does not start here: ${reason}; use load, which needs none.`, {
      cause,
    });
  }
}
