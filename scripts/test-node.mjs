// `npm run test:node`: runs the tests of the packages that people deploy with on the other supported versions of Node.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NODE_VERSIONS, nodeEnvironment } from './node-versions.mjs';

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));
const FOLDERS = ['sdk/', 'compile/', 'import/', 'firmware-host/', 'cli/'];
/** Tests that take long, or of compiled C. `npm run test:package` trains on each version of Node, too. */
const SLOW = [
  '**/fuzz.test.ts',
  'compile/library/{avr,chips,library}.test.ts',
  'compile/native/to-c.test.ts',
  'cli/hostile-files.test.ts',
  'cli/commands/own-pictures.test.ts',
  'cli/docs.test.ts',
  'cli/commands/train.test.ts',
  'cli/commands/compare.test.ts',
];

for (const major of Object.keys(NODE_VERSIONS)) {
  if (process.version.startsWith(`v${major}.`)) continue;
  console.error(`\nNode ${NODE_VERSIONS[major]}`);
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const args = [
    vitest,
    'run',
    '--project',
    'bd-edge',
    ...FOLDERS,
    ...SLOW.map((path) => `--exclude=${path}`),
  ];
  const { status } = spawnSync('node', args, { stdio: 'inherit', env: nodeEnvironment(major) });
  if (status !== 0) process.exit(status ?? 1);
}
