// `npm run test:runtimes`: installs other runtimes and bundlers in runtimes/, and runs the packed packages in them.
// Arguments are passed to vitest.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));

const installed = join('runtimes', 'node_modules', '.package-lock.json');
const lock = join('runtimes', 'package-lock.json');
if (!existsSync(installed) || statSync(lock).mtimeMs > statSync(installed).mtimeMs)
  // Not `npm ci`: the packages of other platforms are optional, and not every registry has all of them.
  run('npm', 'install', '--prefix', 'runtimes', '--no-audit', '--no-fund');
run(process.execPath, join('node_modules', 'typescript', 'bin', 'tsc'), '--project', 'runtimes');
run(
  process.execPath,
  join('node_modules', 'vitest', 'vitest.mjs'),
  ...['run', '--config', 'runtimes/vitest.config.ts', ...process.argv.slice(2)],
);

function run(command, ...args) {
  const shell = process.platform === 'win32' && command === 'npm';
  const { status } = spawnSync(command, args, { stdio: 'inherit', shell });
  if (status !== 0) process.exit(status ?? 1);
}
