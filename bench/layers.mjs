/** Where a network's time goes: what each layer takes, in its turn within whole runs, so that caches are as they are. */
import { kernelOf, parseModel } from '../dist/index.js';
import { openEngine, randomImage } from './engine.mjs';

/**
 * @param {Uint8Array} bytes the network
 * @param {{ rounds: number, build?: import('../dist/index.js').EngineBuild }} effort runs, after a tenth as many to
 *   warm up
 * @returns {Promise<{ op: number, what: string, kernel: string, ms: number }[]>} elapsed time,
 *   of the fastest tenth of the runs the slowest: what another process wanted of the core does not count
 */
export async function layerTimes(bytes, { rounds, build = 'simd' }) {
  const model = parseModel(bytes);
  const { height, width, channels } = model.tensors[0];
  const wasm = await openEngine(build, bytes, randomImage(height * width * channels));
  const samples = model.nodes.map(() => []);
  for (let round = -rounds / 10; round < rounds; round++) {
    for (const [op, times] of samples.entries()) {
      const started = performance.now();
      wasm.runOp(op);
      if (round >= 0) times.push(performance.now() - started);
    }
  }
  return model.nodes.map((node, op) => {
    const { height, width, channels, type } = model.tensors[op + 1];
    const { kernelHeight, kernelWidth, strideY } = node.window;
    return {
      op,
      what: `${node.kind} ${kernelHeight}x${kernelWidth}/${strideY} to ${height}x${width}x${channels} ${type}`,
      kernel: kernelOf(model, op, build).name,
      ms: samples[op].sort((a, b) => a - b)[Math.floor(rounds / 10)],
    };
  });
}
