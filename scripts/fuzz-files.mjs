// `npm run fuzz:files [COUNT]`: runs the command with hostile files of every kind that it reads; default: 1,000 files.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const count = process.argv[2] ?? '1000';
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const { status } = spawnSync(process.execPath, [vitest, 'run', 'cli/hostile-files.test.ts'], {
  stdio: 'inherit',
  env: { ...process.env, BD_EDGE_FUZZ_FILES: count },
});
process.exit(status ?? 1);
