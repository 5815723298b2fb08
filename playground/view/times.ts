import { bestBuild, type EngineBuild, engineWasm } from '../../sdk/index.js';
import type { OpenedNetwork } from '../network/opened-network.js';
import { byId, element, formatted } from './element.js';

/** How long each build is measured, in ms. */
const BUDGET_MS = 40;
/** At the most so long at once, so that the page goes on. */
const ROUNDS = 5;

/** Measures the builds that run here, and shows the median of some rounds each. */
export async function showTimes(network: OpenedNetwork, image: Uint8Array): Promise<void> {
  const builds: EngineBuild[] = bestBuild() === 'simd' ? ['simd', 'mvp'] : ['mvp'];
  const rows = [];
  for (const build of builds) {
    const wasm = await engineWasm(build);
    const engine = await network.onBuild(build, wasm);
    const milliseconds = measured(() => engine.run(image));
    rows.push(
      element(
        'tr',
        {},
        element('th', { scope: 'row' }, build),
        element('td', {}, `${formatted(wasm.length)} bytes`),
        element(
          'td',
          {},
          milliseconds < 1 ? `${(1000 * milliseconds).toFixed(0)} µs` : `${milliseconds.toFixed(1)} ms`,
        ),
      ),
    );
  }
  byId('times')
    .querySelector('tbody')
    ?.replaceChildren(...rows);
}

/** Browsers' clocks are coarse: each round runs as often as fits its time. */
function measured(work: () => void): number {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    let runs = 0;
    do {
      work();
      runs++;
    } while (performance.now() - start < BUDGET_MS / ROUNDS);
    return (performance.now() - start) / runs;
  });
  return rounds.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
}
