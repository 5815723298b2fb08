// `npm run fuzz [ROUNDS]`: runs the test of hostile buffers; default: 100,000 rounds.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const rounds = process.argv[2] ?? '100000';
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const { status } = spawnSync(process.execPath, [vitest, 'run', 'sdk/engine/fuzz.test.ts'], {
  stdio: 'inherit',
  env: { ...process.env, BD_EDGE_FUZZ_ROUNDS: rounds },
});
process.exit(status ?? 1);
