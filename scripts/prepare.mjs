// Runs before `npm start`, `npm test` and `npm pack`: installs and builds what is missing or out of date, and only that.
// Imports Node's own modules only, since nothing is installed yet when it starts.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));

/** npm writes this file at the end of a complete install. */
const INSTALLED = join('node_modules', '.package-lock.json');
/** The folders that `npm run build` makes a dist/ in. */
const PACKAGES = ['sdk', 'compile', 'import', 'firmware-host', 'trainer', 'cli'];
/** Sources that more than one package is built from. */
const COMMON = ['assembly', 'firmware/kernels', 'asconfig.json', 'tsup.base.ts', 'package.json'];
const OUTPUTS = new Set(['dist', 'node_modules', 'LICENSE', 'firmware']);
const OUTER_OPTIONS =
  /^npm_config_(dry_run|json|workspaces?|pack_destination|ignore_scripts|global|prefix|local_prefix|omit|include)$/;

if (changedAt('package-lock.json') > changedAt(INSTALLED))
  run('Installing dependencies (once; about a minute)', 'npm', ['install', '--no-audit', '--no-fund']);
if (PACKAGES.some(isOutdated))
  run('Building the engine and the packages (about two minutes)', 'npm', ['run', '--silent', 'build']);

function isOutdated(folder) {
  const built = changedAt(join(folder, 'dist', 'index.js'));
  return [folder, ...COMMON].some((path) => changedAt(path) > built);
}

/** Returns when a file, or the newest file of a folder, was written; 0 if it is missing. Build outputs do not count. */
function changedAt(path) {
  if (!existsSync(path) || /\.generated\.ts$|\.wasm$/.test(path)) return 0;
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  const sources = readdirSync(path).filter((name) => !OUTPUTS.has(name));
  return Math.max(0, ...sources.map((name) => changedAt(join(path, name))));
}

function run(what, command, args) {
  const started = Date.now();
  process.stderr.write(`${what} ...\n`);
  const shell = process.platform === 'win32';
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    shell,
    env: environment(),
  });
  if (status !== 0) {
    process.stderr.write(`${stdout ?? ''}${stderr ?? ''}${error ? `${error.message}\n` : ''}`);
    process.stderr.write(`\`${command} ${args.join(' ')}\` failed; its output is above.\n`);
    process.exit(1);
  }
  process.stderr.write(`  done in ${Math.round((Date.now() - started) / 1000)} s\n`);
}

/** Returns the environment without options of an outer npm command: `npm publish --dry-run` must install for real. */
function environment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !OUTER_OPTIONS.test(name)));
}
