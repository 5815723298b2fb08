import { SECTION_METADATA } from '../../assembly/layout.js';
import { argmax } from '../argmax.js';
import type { EngineBuild } from '../builds/builds.js';
import type { Metadata } from '../format/graph.js';
import { parseHeader } from '../format/header.js';
import { parseMetadata } from '../format/parse.js';
import { readBytes, type Source } from '../source.js';
import { compileEngine, type EngineSource } from './compile.js';
import { Engine, type EngineOptions } from './engine.js';
import { checkImage, EngineError } from './errors.js';
import { checkThreads } from './team.js';
import { chooseBuild, compileBuild } from './wasm.js';

export interface LoadOptions extends EngineOptions {
  /** Which build of the engine to run; default: the fastest that this runtime can run. */
  build?: EngineBuild;
  /** An engine of your own instead: its wasm's address or bytes, what `fetch` gives, or compiled. */
  engine?: EngineSource;
}

/** What a network says of an image. */
export interface Result {
  /** Index of the largest logit; the first of equals. */
  label: number;
  /** The label's name, where the model has names. */
  name?: string;
  /** Integer logits, the same from every engine. */
  logits: Int32Array;
}

/** A network that is ready to run. */
export interface Network {
  readonly input: { height: number; width: number; channels: number };
  /** How many logits come out. */
  readonly classes: number;
  readonly metadata: Metadata;
  /** The engine build that it runs on; `custom` if the caller brought the engine. */
  readonly build: EngineBuild | 'custom';
  /** How many threads it runs on, the caller's included. */
  readonly threads: number;
  /**
   * @param image height x width x channels bytes, channels last, raw pixels 0..255
   * @throws {ImageError} if the image is not bytes or has another size
   * @throws {ThreadLostError} if a thread is gone
   */
  run(image: Uint8Array): Result;
  /**
   * As `run`, for many images: the same results in one call; with threads, several images at once.
   *
   * @throws {ImageError} if one of them is not bytes or has another size; then none was run
   * @throws {ThreadLostError} if a thread is gone
   */
  runBatch(images: readonly Uint8Array[]): Result[];
  /** Ends the network's threads, where it has more than one; it can run no more then. A process ends without it. */
  close(): void;
}

/**
 * Loads a `.bdm` network into an engine of its own.
 *
 * ```js
 * import { load } from '@bd-edge/sdk';
 *
 * const network = await load(new URL('model.bdm', import.meta.url));
 * console.log(network.run(pixels).label);
 * ```
 *
 * @param source the model's bytes or address, or what `fetch` gives
 * @throws {SourceError} if the model, or an engine that was given, cannot be read
 * @throws {ModelError} if the buffer is not a valid model or needs more memory than allowed
 * @throws {EngineError} if the wasm is not an engine of this version, or this runtime cannot run the build, or as many
 *   threads, as asked for
 * @throws {ThreadLostError} if a thread does not start
 */
export async function load(source: Source, options: LoadOptions = {}): Promise<Network> {
  if (options.engine && options.build) {
    throw new EngineError(`Both an engine and the build "${options.build}" were given; give one of them.`);
  }
  const threads = checkThreads(options.threads ?? 1);
  const build = options.engine ? 'custom' : chooseBuild(options.build, threads);
  // Model and engine come at the same time.
  const [bytes, wasm] = await Promise.all([
    readBytes(source, 'model'),
    options.engine ? compileEngine(options.engine) : compileBuild(build as EngineBuild),
  ]);
  const engine = await Engine.instantiate(wasm, options);
  try {
    engine.load(bytes);
    return networkOn(engine, bytes, { build, threads });
  } catch (error) {
    engine.close();
    throw error;
  }
}

/** @throws {ModelError} if the model's metadata cannot be read, which engines do not look at */
function networkOn(engine: Engine, bytes: Uint8Array, facts: Pick<Network, 'build' | 'threads'>): Network {
  const { input, sections } = parseHeader(bytes);
  const metadata = parseMetadata(bytes, sections[SECTION_METADATA]) ?? {};
  const labels = Array.isArray(metadata.labels) ? metadata.labels : [];
  const check = (image: Uint8Array) => checkImage(image, engine.inputBytes, input);
  const result = (logits: Int32Array): Result => {
    const label = argmax(logits);
    return { label, name: labels[label], logits };
  };
  return {
    input,
    classes: engine.outputCount,
    metadata,
    ...facts,
    run(image) {
      check(image);
      return result(engine.run(image));
    },
    runBatch(images) {
      images.forEach(check);
      return engine.runBatch(images).map(result);
    },
    close: () => engine.close(),
  };
}
