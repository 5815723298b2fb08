import {
  type ClassifiableImage,
  type Classification,
  type ClassifyOptions,
  checkTop,
  isPixels,
} from '../engine/classify.js';
import { compileEngine } from '../engine/compile.js';
import { makeDisposable } from '../engine/disposable.js';
import type { LoadOptions, Result } from '../engine/network.js';
import { EngineError } from '../errors.js';
import { type PixelSource, pixelReader } from '../preprocess/pixel-reader.js';
import { messageOf, tagOf } from '../realm.js';
import { readBytes, type Source } from '../source.js';
import type { Facts, SendableImage } from './messages.js';
import { WorkerLink } from './worker-link.js';

/** A network that runs in its own worker. Images are processed in the order of the calls. */
export interface WorkerNetwork extends Facts {
  /**
   * Classifies an image like `Network.classify`, without blocking the page. The page reads elements and
   * canvases; the worker reads bitmaps and video frames, scales the image and runs the network.
   *
   * @throws {ImageError | UsageError} like `Network.classify`
   * @throws {EngineError} `thread-lost` or `worker-lost`
   */
  classify(image: ClassifiableImage, options?: ClassifyOptions): Promise<Classification[]>;
  /**
   * Runs the network on raw input like `Network.run`, without blocking the page.
   *
   * @throws {ImageError} `wrong-image-type` or `wrong-image-size`
   * @throws {EngineError} `thread-lost` or `worker-lost`
   */
  run(image: Uint8Array): Promise<Result>;
  /**
   * Runs the network on many raw inputs like `Network.runBatch`, in one message.
   *
   * @throws {ImageError} `wrong-image-type` or `wrong-image-size`, before any image is run
   * @throws {EngineError} `thread-lost` or `worker-lost`
   */
  runBatch(images: readonly Uint8Array[]): Promise<Result[]>;
  /** Ends the worker. Pending calls are rejected with an {@link EngineError} `worker-lost`. */
  close(): void;
  /** Calls `close` at the end of a block that declares the network with `using`. */
  [Symbol.dispose](): void;
}

/**
 * Loads a `.bdm` network in its own worker, so that it never blocks a page.
 *
 * ```js
 * import { loadInWorker } from '@bd-edge/sdk/worker';
 *
 * const network = await loadInWorker('model.bdm');
 * const [best] = await network.classify(video, { top: 1 });
 * ```
 *
 * @param source the model's bytes or address, or the response of `fetch`
 * @throws {FileError | ModelError | EngineError | UsageError} like `load`
 * @throws {EngineError} `worker-lost` if the worker does not start
 */
export async function loadInWorker(source: Source, options: LoadOptions = {}): Promise<WorkerNetwork> {
  const link = new WorkerLink(startWorker());
  try {
    // Read here, because addresses are relative to the page and messages cannot carry responses.
    const [model, engine] = await Promise.all([
      readBytes(source, 'model'),
      options.engine && compileEngine(options.engine),
    ]);
    const facts = await link.ask<Facts>({
      load: { model: withoutSurroundings(model), options: { ...options, engine } },
    });
    let read: ((source: PixelSource) => ImageData) | undefined;
    const sendable = (image: ClassifiableImage): SendableImage => {
      if (isPixels(image)) {
        const { width, height, data, channels } = image;
        return { width, height, data: withoutSurroundings(data), channels };
      }
      if (isTransferable(image)) return image;
      read ??= pixelReader();
      return read(image);
    };
    const network: Omit<WorkerNetwork, typeof Symbol.dispose> = {
      ...facts,
      async classify(image, options = {}) {
        if (options.top !== undefined) checkTop(options.top);
        return link.ask({ classify: sendable(image), options });
      },
      run: (image) => link.ask({ image: withoutSurroundings(image) }),
      runBatch: (images) => link.ask({ images: images.map(withoutSurroundings) }),
      close: () => link.close(),
    };
    return makeDisposable(network);
  } catch (error) {
    link.close();
    throw error;
  }
}

/** Returns whether a message can carry an image. */
function isTransferable(image: PixelSource): image is ImageBitmap | VideoFrame {
  const type = tagOf(image);
  return type === 'ImageBitmap' || type === 'VideoFrame';
}

/** Copies bytes that are a part of a larger buffer, because a message carries the whole buffer. */
function withoutSurroundings(bytes: Uint8Array | Uint8ClampedArray): Uint8Array {
  const isPart = /^Uint8/.test(bytes?.[Symbol.toStringTag]) && bytes.length < bytes.buffer.byteLength;
  return isPart ? new Uint8Array(bytes) : (bytes as Uint8Array);
}

function startWorker(): Worker {
  try {
    return new Worker(new URL('./network-worker.js', import.meta.url), { type: 'module' });
  } catch (cause) {
    const reason = messageOf(cause);
    throw new EngineError(
      'worker-lost',
      `A worker does not start here: ${reason}; use load, which needs no worker.`,
      { cause },
    );
  }
}
