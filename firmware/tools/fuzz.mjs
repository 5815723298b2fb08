// `npm run fuzz:firmware [COUNT]`: sends hostile frames, calls of the import `layer` by a hostile engine, and generated engines to
// the firmware, and a tenth as many requests to a simulated board. The default is 1,000,000 of each. BD_EDGE_FUZZ_SEED repeats a run.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const count = process.argv[2] ?? '1000000';
const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
const tests = ['firmware/fuzz', 'firmware/wasm-validate', 'firmware-host/simulator/hostile-requests'];
const { status } = spawnSync(process.execPath, [vitest, 'run', ...tests], {
  stdio: 'inherit',
  env: {
    ...process.env,
    BD_EDGE_FUZZ_FRAMES: count,
    BD_EDGE_FUZZ_LAYERS: count,
    BD_EDGE_FUZZ_WASM: count,
    BD_EDGE_FUZZ_REQUESTS: String(Math.ceil(Number(count) / 10)),
  },
});
process.exit(status ?? 1);
