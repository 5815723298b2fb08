import { argmax } from '../argmax.js';
import type { Metadata } from '../format/graph.js';
import { type Model, parseModel } from '../format/parse.js';
import { Engine, type EngineOptions } from './engine.js';
import { EngineError, ImageError } from './errors.js';
import { chooseBuild, type EngineBuild, engineWasm } from './wasm.js';

export interface LoadOptions extends EngineOptions {
  /** Which build of the engine to run; default: the fastest that this runtime can run. */
  build?: EngineBuild;
  /** An engine of your own instead, as wasm bytes or compiled. */
  engine?: BufferSource | WebAssembly.Module;
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
  readonly model: Model;
  /** The engine build that it runs on; `custom` if the caller brought the engine. */
  readonly build: EngineBuild | 'custom';
  /**
   * @param image height x width x channels bytes, channels last, raw pixels 0..255
   * @throws {ImageError} if the image has another size
   */
  run(image: Uint8Array): Result;
}

/**
 * Loads a `.bdm` network into an engine of its own.
 *
 * ```js
 * import { readFile } from 'node:fs/promises';
 * import { load } from 'bd-edge';
 *
 * const network = await load(await readFile('model.bdm'));
 * console.log(network.run(pixels).label);
 * ```
 *
 * @throws {ModelError} if the buffer is not a valid model or needs more memory than allowed
 * @throws {EngineError} if the wasm is not an engine of this version, or this runtime cannot run the build asked for
 */
export async function load(bytes: Uint8Array, options: LoadOptions = {}): Promise<Network> {
  if (options.engine && options.build) {
    throw new EngineError(`Both an engine and the build "${options.build}" were given; give one of them.`);
  }
  const model = parseModel(bytes);
  const build = options.engine ? 'custom' : chooseBuild(options.build);
  const wasm = build === 'custom' ? (options.engine as BufferSource) : engineWasm(build);
  const engine = await Engine.instantiate(wasm, options);
  engine.load(bytes);
  const metadata = model.metadata ?? {};
  const labels = Array.isArray(metadata.labels) ? metadata.labels : [];
  return {
    input: model.input,
    classes: engine.outputCount,
    metadata,
    model,
    build,
    run(image) {
      if (image.length !== engine.inputBytes)
        throw new ImageError(image.length, engine.inputBytes, model.input);
      const logits = engine.run(image);
      const label = argmax(logits);
      return { label, name: labels[label], logits };
    },
  };
}
