import { argmax } from '../argmax.js';
import type { EngineBuild } from '../builds/builds.js';
import { UsageError } from '../errors.js';
import { namesFor } from '../format/class-names.js';
import type { Metadata } from '../format/graph.js';
import type { InputShape } from '../preprocess/preprocessor.js';
import { readBytes, type Source } from '../source.js';
import {
  type ClassifiableImage,
  type Classification,
  type ClassifyOptions,
  InputMaker,
  rankClasses,
} from './classify.js';
import { compileEngine, type EngineSource } from './compile.js';
import { makeDisposable } from './disposable.js';
import { Engine, type EngineOptions } from './engine.js';
import { checkImage } from './image.js';
import { checkThreads } from './team.js';
import { chooseBuild, compileBuild } from './wasm.js';

export interface LoadOptions extends EngineOptions {
  /** The engine build. Default: the fastest that this runtime can run. */
  build?: EngineBuild;
  /** Another engine instead of a build: bytes or address of its wasm, a response of `fetch`, or a module. */
  engine?: EngineSource;
}

/** The output of a network for one image. */
export interface Result {
  /** The index of the largest logit; of equal logits, the first. */
  classIndex: number;
  /** The class name, if the model has names. */
  className?: string;
  /** The integer logits, the same from every engine. */
  logits: Int32Array;
}

/** A loaded network, ready to run. */
export interface Network {
  /** The shape of the input, and how the pictures of the training were prepared: `to` of `preprocess`. */
  readonly input: InputShape;
  /** The number of logits. */
  readonly classCount: number;
  /** logit = outputScale * integer logit, the same for all classes */
  readonly outputScale: number;
  readonly metadata: Metadata;
  /** The engine build that runs; `custom` if the caller passed an engine. */
  readonly build: EngineBuild | 'custom';
  /** The number of threads, including the caller's. */
  readonly threads: number;
  /**
   * Classifies an image of any size: scales it to the network's input, runs the network, and ranks the
   * classes.
   *
   * ```js
   * const [{ className, score }] = network.classify(document.querySelector('img'), { top: 1 });
   * ```
   *
   * Elements, bitmaps and video frames are read by a canvas, so they need a page or a web worker. Pixels
   * in memory, `{ data, width, height }` with 1, 3 or 4 channels, work everywhere.
   *
   * @returns the classes, the largest logit first
   * @throws {ImageError} if the pixels have the wrong size or type, or cannot be read
   * @throws {UsageError} `invalid-top`, `unknown-fit`, `invalid-center-share`, `crop-outside-image`, or
   *   `invalid-input-shape` if the network's input has neither 1 nor 3 channels
   * @throws {EngineError} `thread-lost` if a thread is gone
   */
  classify(image: ClassifiableImage, options?: ClassifyOptions): Classification[];
  /**
   * Runs the network on raw input.
   *
   * @param image height x width x channels bytes 0..255, channels last
   * @throws {ImageError} `wrong-image-type` or `wrong-image-size`
   * @throws {EngineError} `thread-lost` if a thread is gone
   */
  run(image: Uint8Array): Result;
  /**
   * Runs the network on many raw inputs; with threads, on several at once. The results equal those of `run`.
   *
   * @throws {ImageError} `wrong-image-type` or `wrong-image-size`, before any image is run
   * @throws {EngineError} `thread-lost` if a thread is gone
   */
  runBatch(images: readonly Uint8Array[]): Result[];
  /**
   * Ends the network's threads, if it has more than one. After that it cannot run. A process exits
   * without it.
   */
  close(): void;
  /** Calls `close` at the end of a block that declares the network with `using`. */
  [Symbol.dispose](): void;
}

/**
 * Loads a `.bdm` network into a new engine.
 *
 * ```js
 * import { load } from '@bd-edge/sdk';
 *
 * const network = await load(new URL('model.bdm', import.meta.url));
 * const [best] = network.classify({ data, width, height });
 * console.log(best.className, best.score);
 * ```
 *
 * @param source the model's bytes or address, or the response of `fetch`
 * @throws {FileError} `unreadable` if the model, or an engine that was passed, cannot be read
 * @throws {ModelError} if the buffer is not a valid model or needs more memory than allowed
 * @throws {EngineError} if the wasm is not an engine of this version, or this runtime cannot run the
 *   build or the threads (docs/runtimes.md)
 * @throws {UsageError} `unknown-build`, `single-threaded-build`, `invalid-threads` or `build-and-engine`
 */
export async function load(source: Source, options: LoadOptions = {}): Promise<Network> {
  if (options.engine && options.build) {
    throw new UsageError(
      'build-and-engine',
      `engine and build ("${options.build}") are mutually exclusive; leave one of them out.`,
      { received: options.build },
    );
  }
  const threads = checkThreads(options.threads ?? 1);
  const build = options.engine ? 'custom' : chooseBuild(options.build, threads);
  // Model and engine are read at the same time.
  const [bytes, wasm] = await Promise.all([
    readBytes(source, 'model'),
    options.engine ? compileEngine(options.engine) : compileBuild(build as EngineBuild),
  ]);
  const engine = await Engine.instantiate(wasm, options);
  try {
    engine.load(bytes);
    return networkOn(engine, { build, threads });
  } catch (error) {
    engine.close();
    throw error;
  }
}

function networkOn(engine: Engine, running: Pick<Network, 'build' | 'threads'>): Network {
  const { outputScale, metadata } = engine.facts;
  const { preparation } = metadata;
  const input: InputShape = { ...engine.facts.input, ...(preparation && { preparation }) };
  const classNames = namesFor(metadata.labels, engine.outputCount);
  const inputs = new InputMaker(input);
  const check = (image: Uint8Array) => checkImage(image, engine.inputBytes, input);
  const resultOf = (logits: Int32Array): Result => {
    const classIndex = argmax(logits);
    return { classIndex, className: classNames?.[classIndex], logits };
  };
  const network: Omit<Network, typeof Symbol.dispose> = {
    input,
    classCount: engine.outputCount,
    outputScale,
    metadata,
    ...running,
    classify(image, { top, ...options } = {}) {
      return rankClasses(engine.run(inputs.make(image, options)), outputScale, classNames, top);
    },
    run(image) {
      check(image);
      return resultOf(engine.run(image));
    },
    runBatch(images) {
      images.forEach(check);
      return engine.runBatch(images).map(resultOf);
    },
    close: () => engine.close(),
  };
  return makeDisposable(network);
}
