// `npm run fuzz:firmware [FRAMES]`: hostile frames against the firmware, 1,000,000 of them unless told otherwise.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const frames = process.argv[2] ?? '1000000';
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const { status } = spawnSync(process.execPath, [vitest, 'run', 'firmware/fuzz.test.ts'], {
  stdio: 'inherit',
  env: { ...process.env, BD_EDGE_FUZZ_FRAMES: frames },
});
process.exit(status ?? 1);
