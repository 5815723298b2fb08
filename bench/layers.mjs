/** Measures the time of each layer of a network within whole runs, so that the caches are as in a run. */
import { kernelOf, parseModel } from '@bd-edge/sdk/internal';
import { openEngine, randomImage } from './engine.mjs';

/** The compiler of the runtime is done after that. */
const WARM_UP_MS = 300;

/**
 * @param {Uint8Array} bytes the network
 * @param {number} rounds runs of all layers, after some to warm up
 * @returns {Promise<{ op: number, what: string, kernel: string, ms: number }[]>} elapsed time, the slowest of the
 *   fastest tenth of the runs: other programs on the core do not count
 */
export async function layerTimes(bytes, rounds) {
  const model = parseModel(bytes);
  const { height, width, channels } = model.tensors[0];
  const wasm = await openEngine('simd', bytes, randomImage(height * width * channels));
  for (const started = performance.now(); performance.now() - started < WARM_UP_MS; ) wasm.run();
  const samples = model.ops.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [op, times] of samples.entries()) {
      const started = performance.now();
      wasm.runOp(op);
      times.push(performance.now() - started);
    }
  }
  return model.ops.map((record, op) => {
    const { height, width, channels, type } = model.tensors[op + 1];
    const { kernelHeight, kernelWidth, strideY } = record.window;
    return {
      op,
      what: `${record.kind} ${kernelHeight}x${kernelWidth}/${strideY} to ${height}x${width}x${channels} ${type}`,
      kernel: kernelOf(model, op, 'simd').name,
      ms: samples[op].sort((a, b) => a - b)[Math.floor(rounds / 10)],
    };
  });
}
