import { bestBuild, type EngineBuild, engineWasm } from '@bd-edge/sdk/internal';
import type { OpenedNetwork } from '../network/opened-network.js';
import { tensorFlowNetwork } from '../network/tensorflow-network.js';
import { byId, element, formatted } from './element.js';

/** The measuring time of each build, in ms. */
const BUDGET_MS = 40;
const ROUNDS = 5;

/** Measures the builds that run here, and shows the median of several rounds. */
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
 * Measures the same network in TensorFlow.js, on its best backend here. TensorFlow.js has more than a megabyte and is
 * fetched by this call.
 *
 * @throws {TypeError} if float32 cannot compute the network exactly
 */
export async function showTensorFlowTime(network: OpenedNetwork, image: Uint8Array): Promise<void> {
  const status = byId('times-status');
  status.textContent = 'Fetching TensorFlow.js …';
  try {
    const tf = await import('../network/tensorflow.js');
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
      : 'TensorFlow.js gives other logits: it rounds sums beyond 2^24.';
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

/** Measures in rounds of fixed time, because the clocks of browsers are coarse. */
async function measured(work: () => unknown): Promise<number> {
  const rounds: number[] = [];
  while (rounds.length < ROUNDS) {
    const start = performance.now();
    let runs = 0;
    do {
      const result = work();
      // Awaiting a value that is not a promise takes longer than a small network.
      if (result instanceof Promise) await result;
      runs++;
    } while (performance.now() - start < BUDGET_MS / ROUNDS);
    rounds.push((performance.now() - start) / runs);
  }
  return rounds.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
}
