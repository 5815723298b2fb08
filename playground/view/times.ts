import { bestBuild, type EngineBuild, engineWasm } from '@bd-edge/sdk';
import type { OpenedNetwork } from '../network/opened-network.js';
import { tensorFlowNetwork } from '../network/tensorflow-network.js';
import { byId, element, formatted } from './element.js';

/** How long each of them is measured, in ms. */
const BUDGET_MS = 40;
const ROUNDS = 5;

/** Measures the builds that run here, and shows the median of some rounds each. */
export async function showTimes(network: OpenedNetwork, image: Uint8Array): Promise<void> {
  const builds: EngineBuild[] = bestBuild() === 'simd' ? ['simd', 'mvp'] : ['mvp'];
  const rows = [];
  for (const build of builds) {
    const wasm = await engineWasm(build);
    const engine = await network.onBuild(build, wasm);
    const milliseconds = await measured(() => engine.run(image));
    rows.push(row(build, `${formatted(wasm.length)} bytes`, milliseconds));
  }
  byId('times')
    .querySelector('tbody')
    ?.replaceChildren(...rows);
}

/**
 * Adds TensorFlow.js on its best backend here, with the same network of its own operations. More than a megabyte, it is
 * fetched only now.
 *
 * @throws {TypeError} if float32 cannot compute the network exactly
 */
export async function showTensorFlowTime(network: OpenedNetwork, image: Uint8Array): Promise<void> {
  const status = byId('times-status');
  status.textContent = 'Fetching TensorFlow.js …';
  try {
    const tf = await import('@tensorflow/tfjs');
    await tf.ready();
    const other = tensorFlowNetwork(tf, network.model);
    const [theirs, { logits }] = [await other.run(image), await network.classify(image)];
    const milliseconds = await measured(() => other.run(image));
    other.dispose();
    byId('times')
      .querySelector('tbody')
      ?.append(row(`TensorFlow.js ${tf.version_core}`, `${tf.getBackend()}, float32`, milliseconds));
    const same = theirs.every((logit, i) => logit === logits[i]);
    status.textContent = same
      ? 'TensorFlow.js gives the same logits.'
      : 'TensorFlow.js gives other logits: sums beyond 2^24 are rounded there.';
  } catch (error) {
    status.textContent = '';
    throw error;
  }
}

function row(name: string, size: string, milliseconds: number): HTMLElement {
  const time = milliseconds < 1 ? `${(1000 * milliseconds).toFixed(0)} µs` : `${milliseconds.toFixed(1)} ms`;
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, name),
    element('td', {}, size),
    element('td', {}, time),
  );
}

/** Browsers' clocks are coarse: each round runs as often as fits its time. */
async function measured(work: () => unknown): Promise<number> {
  const rounds: number[] = [];
  while (rounds.length < ROUNDS) {
    const start = performance.now();
    let runs = 0;
    do {
      const result = work();
      // Not every time: waiting for what is there already takes longer than a small network.
      if (result instanceof Promise) await result;
      runs++;
    } while (performance.now() - start < BUDGET_MS / ROUNDS);
    rounds.push((performance.now() - start) / runs);
  }
  return rounds.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
}
