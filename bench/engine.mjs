/** The engine's own lanes. Each is compared with the reference first. */
import {
  encodeModel,
  engineWasm,
  kernelOf,
  load,
  parseModel,
  referenceLogits,
  referenceRun,
} from '@bd-edge/sdk/internal';
import { layerGraph, random } from './networks.mjs';
import { plainOps } from './plain.mjs';

/** @type {import('@bd-edge/sdk').EngineBuild[]} */
const BUILDS = ['simd', 'mvp'];

/**
 * Prepares the measurement of one layer alone.
 *
 * @param {import('./networks.mjs').LayerShape} shape
 * @returns the lanes; for the peers, the layer's `weights`, its `activations` {0,1} [pixel][channel] and `sums`
 *   [pixel][filter], all as numbers
 * @throws if a build computes a wrong layer
 */
export async function layerLanes(shape) {
  const { size, channels } = shape;
  const graph = layerGraph(shape);
  const bytes = encodeModel(graph);
  const model = parseModel(bytes);
  const image = randomImage(size * size);
  const { layers } = referenceRun(model, image);
  /** @type {{ lane: string, kernel: string, run: () => unknown }[]} */
  const lanes = [];
  for (const build of BUILDS) {
    const wasm = await openEngine(build, bytes, image);
    wasm.run();
    const tensor = new Uint8Array(wasm.memory.buffer, wasm.tensorAddress(2), wasm.tensorSize(2));
    if (Buffer.compare(tensor, layers[1]) !== 0)
      throw new Error(`${build} gives a wrong ${shape.name} layer`);
    lanes.push({ lane: build, kernel: kernelOf(model, 1, build).reason, run: () => wasm.runOp(1) });
  }
  const { weights } = /** @type {any} */ (graph.ops[1]);
  const activations = bitsOf(layers[0], channels);
  const input = { height: size, width: size, channels, data: Float64Array.from(activations) };
  const window = { ...shape, padding: (shape.kernel - 1) >> 1, weights, scale: 1 };
  const sums = plainOps('float').conv(input, window).data;
  const counting = await sparseLane(shape, image, sums);
  if (counting) lanes.splice(1, 0, counting);
  return { lanes, weights, activations, sums };
}

/**
 * Prepares the same layer on the sparse kernel, which runs layers that output their sums. Returns undefined if the
 * layer runs on it anyway.
 */
async function sparseLane(shape, image, sums) {
  if (shape.size === 1) return undefined;
  const bytes = encodeModel(layerGraph(shape, true));
  const kernel = kernelOf(parseModel(bytes), 1, 'simd');
  if (kernel.name !== 'sparse') throw new Error(`sums of ${shape.name} are left to ${kernel.name}`);
  const wasm = await openEngine('simd', bytes, image);
  wasm.run();
  const found = new Int32Array(wasm.memory.buffer, wasm.tensorAddress(2), sums.length);
  if (found.some((sum, i) => sum !== sums[i]))
    throw new Error(`the sparse kernel gives wrong sums of ${shape.name}`);
  return { lane: 'sparse', kernel: kernel.reason, run: () => wasm.runOp(1) };
}

/**
 * Prepares the measurement of a whole network through `load`, with the image copied in and the logits out.
 *
 * @param {number} batch images a run, one after another
 * @throws if a build computes wrong logits
 */
export async function networkLanes(bytes, image, builds = BUILDS, batch = 1) {
  const expected = referenceLogits(parseModel(bytes), image).join();
  const lanes = [];
  for (const build of builds) {
    const network = await load(bytes, { build });
    if (network.run(image).logits.join() !== expected) throw new Error(`${build} gives wrong logits`);
    const run = () => {
      for (let i = 0; i < batch; i++) network.run(image);
    };
    lanes.push({ lane: build, run });
  }
  return lanes;
}

/**
 * Instantiates a build, loads the network and writes the image.
 *
 * @returns {Promise<any>} the exports of the wasm module
 */
export async function openEngine(build, bytes, image) {
  const { instance } = await WebAssembly.instantiate(await engineWasm(build), {});
  const wasm = /** @type {any} */ (instance.exports);
  const address = wasm.reserve(bytes.length);
  new Uint8Array(wasm.memory.buffer, address, bytes.length).set(bytes);
  if (wasm.loadModel(bytes.length) !== 0) throw new Error(`${build} does not load the network`);
  new Uint8Array(wasm.memory.buffer, wasm.tensorAddress(0), image.length).set(image);
  return wasm;
}

export function randomImage(length) {
  const next = random(9);
  return Uint8Array.from({ length }, () => Math.floor(next() * 256));
}

/** Unpacks a tensor of bits to {0,1} values, channels last. */
function bitsOf(tensor, channels) {
  const words = new Uint32Array(tensor.slice().buffer);
  const perPixel = Math.ceil(channels / 32);
  return Uint8Array.from({ length: (words.length / perPixel) * channels }, (_, i) => {
    const channel = i % channels;
    return (words[Math.floor(i / channels) * perPixel + (channel >>> 5)] >>> (channel & 31)) & 1;
  });
}
