// `npm run docs`: writes a static site to build/site: the API by typedoc, the guides of docs/, and the playground.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));

const installed = join('site', 'node_modules', '.package-lock.json');
const lock = join('site', 'package-lock.json');
if (!existsSync(installed) || statSync(lock).mtimeMs > statSync(installed).mtimeMs)
  run('npm', 'ci', '--prefix', 'site', '--no-audit', '--no-fund');
run(
  process.execPath,
  join('site', 'node_modules', 'typedoc', 'bin', 'typedoc'),
  '--options',
  'site/typedoc.config.mjs',
);
// After typedoc, since it clears the folder.
run(process.execPath, join('scripts', 'playground.mjs'), '--build');
console.log('The site is in build/site; any static server can serve it.');

function run(command, ...args) {
  const shell = process.platform === 'win32' && command === 'npm';
  const { status } = spawnSync(command, args, { stdio: 'inherit', shell });
  if (status !== 0) process.exit(status ?? 1);
}
