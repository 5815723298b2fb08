// Runs before `npm start` and `npm test`: installs and builds what is missing or out of date, and only that.
// Node's own modules only: nothing is installed yet when this starts.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));

/** What npm leaves behind after a whole install. */
const INSTALLED = join('node_modules', '.package-lock.json');
/** The package that is built last. */
const BUILT = join('cli', 'dist', 'index.js');
const SOURCES = [
  'assembly',
  'cli',
  'compile',
  'firmware-host',
  'sdk',
  'trainer',
  'asconfig.json',
  'tsup.base.ts',
  'package.json',
];

if (changedAt('package-lock.json') > changedAt(INSTALLED)) {
  run('Installing dependencies (once; about a minute)', 'npm', ['install', '--no-audit', '--no-fund']);
}
if (Math.max(...SOURCES.map(changedAt)) > changedAt(BUILT)) {
  run('Building the engine and the packages (about a minute)', 'npm', ['run', '--silent', 'build']);
}

/** When a file, or the newest file of a folder, was last written; 0 if there is none. What is built does not count. */
function changedAt(path) {
  if (!existsSync(path) || /\.generated\.ts$|\.wasm$/.test(path)) return 0;
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  const sources = readdirSync(path).filter((name) => name !== 'dist' && name !== 'node_modules');
  return Math.max(0, ...sources.map((name) => changedAt(join(path, name))));
}

function run(what, command, args) {
  const started = Date.now();
  process.stderr.write(`${what} ...\n`);
  const shell = process.platform === 'win32';
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', shell });
  if (status !== 0) {
    process.stderr.write(`${stdout ?? ''}${stderr ?? ''}${error ? `${error.message}\n` : ''}`);
    process.stderr.write(`\`${command} ${args.join(' ')}\` failed; its output is above.\n`);
    process.exit(1);
  }
  process.stderr.write(`  done in ${Math.round((Date.now() - started) / 1000)} s\n`);
}
