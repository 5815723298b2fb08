// `npm run fuzz:firmware [COUNT]`: hostile frames, and layers that a hostile engine asks for, against the firmware;
// 1,000,000 of each unless told otherwise.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const count = process.argv[2] ?? '1000000';
const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
const { status } = spawnSync(process.execPath, [vitest, 'run', 'firmware/fuzz'], {
  stdio: 'inherit',
  env: { ...process.env, BD_EDGE_FUZZ_FRAMES: count, BD_EDGE_FUZZ_LAYERS: count },
});
process.exit(status ?? 1);
