/** Measures the time of each op of a network within whole runs, so that the caches are as in a run. */
import { kernelOf, parseModel } from '@bd-edge/sdk/internal';
import { openEngine, randomImage } from './engine.mjs';

/** The compiler of the runtime is done after that. */
const WARM_UP_MS = 300;

/**
 * @param {Uint8Array} bytes the network
 * @param {number} rounds runs of all ops, after some to warm up
 * @param {Uint8Array} [image] the image, on which the times of sparse kernels depend; default: a random one
 * @returns {Promise<{ op: number, what: string, kernel: string, set?: number, ms: number }[]>} the kernel that ran, the share
 *   of inputs that are not 0 if the op reads bits, and elapsed time, the slowest of the fastest tenth of the runs: other
 *   programs on the core do not count
 */
export async function layerTimes(bytes, rounds, image) {
  const model = parseModel(bytes);
  const { height, width, channels } = model.tensors[0];
  const pixels = image ?? randomImage(height * width * channels);
  const wasm = await openEngine('simd', bytes, pixels);
  // Another tensor may take the place of the image.
  const setImage = () => new Uint8Array(wasm.memory.buffer).set(pixels, wasm.tensorAddress(0));
  for (const started = performance.now(); performance.now() - started < WARM_UP_MS; wasm.run()) setImage();
  const shares = model.ops.map(() => undefined);
  setImage();
  for (const [op, { input }] of model.ops.entries()) {
    if (model.tensors[input].type === 'bits') shares[op] = setShare(wasm, model.tensors[input], input);
    wasm.runOp(op);
  }
  const samples = model.ops.map(() => []);
  for (let round = 0; round < rounds; round++) {
    setImage();
    for (const [op, times] of samples.entries()) {
      const started = performance.now();
      wasm.runOp(op);
      times.push(performance.now() - started);
    }
  }
  return model.ops.map((record, op) => {
    const { height, width, channels, type } = model.tensors[op + 1];
    const { kernelHeight, kernelWidth, strideY } = record.window;
    const { name, sparseShare } = kernelOf(model, op, 'simd');
    return {
      op,
      what: `${record.kind} ${kernelHeight}x${kernelWidth}/${strideY} to ${height}x${width}x${channels} ${type}`,
      kernel: (shares[op] ?? 1) <= (sparseShare ?? 0) ? 'sparse' : name,
      set: shares[op],
      ms: samples[op].sort((a, b) => a - b)[Math.floor(rounds / 10)],
    };
  });
}

/** Returns the share of a tensor's values that are not 0. */
function setShare(wasm, { height, width, channels, planes }, tensor) {
  const words = Math.ceil(channels / 32);
  const bits = new Uint32Array(
    wasm.memory.buffer,
    wasm.tensorAddress(tensor),
    height * width * words * planes,
  );
  let set = 0;
  for (let i = 0; i < bits.length; i += words * planes) {
    for (let word = i; word < i + words; word++) {
      for (
        let left = planes === 2 ? bits[word] | bits[word + words] : bits[word];
        left !== 0;
        left &= left - 1
      )
        set++;
    }
  }
  return set / (height * width * channels);
}
