/** Where a network's time goes: what each layer takes, in its turn within whole runs, so that caches are as they are. */
import { kernelOf, parseModel } from '@bd-edge/sdk';
import { openEngine, randomImage } from './engine.mjs';

/** Until the compiler is done. */
const WARM_UP_MS = 300;

/**
 * @param {Uint8Array} bytes the network
 * @param {number} rounds runs of all layers, after some to warm up
 * @returns {Promise<{ op: number, what: string, kernel: string, ms: number }[]>} elapsed time, since a layer is short; of
 *   the fastest tenth of the runs the slowest, so that what others wanted of the core does not count
 */
export async function layerTimes(bytes, rounds) {
  const model = parseModel(bytes);
  const { height, width, channels } = model.tensors[0];
  const wasm = await openEngine('simd', bytes, randomImage(height * width * channels));
  for (const started = performance.now(); performance.now() - started < WARM_UP_MS; ) wasm.run();
  const samples = model.nodes.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [op, times] of samples.entries()) {
      const started = performance.now();
      wasm.runOp(op);
      times.push(performance.now() - started);
    }
  }
  return model.nodes.map((node, op) => {
    const { height, width, channels, type } = model.tensors[op + 1];
    const { kernelHeight, kernelWidth, strideY } = node.window;
    const { name } = kernelOf(model, op, 'simd');
    return {
      op,
      what: `${node.kind} ${kernelHeight}x${kernelWidth}/${strideY} to ${height}x${width}x${channels} ${type}`,
      // Run alone, a pool is not taken along by the layer before it.
      kernel: name === 'none' ? 'halve' : name,
      ms: samples[op].sort((a, b) => a - b)[Math.floor(rounds / 10)],
    };
  });
}
