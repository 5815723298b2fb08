/**
 * `npm run setup:runtimes`: installs WebAssembly runtimes outside of JavaScript from the Python package index into
 * build/runtimes. Only tests use them. pip rejects files whose digests are not in runtimes.txt. pip's settings (index,
 * proxy, certificates) apply. pip compiles wasm3, which needs a C compiler.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));
const REQUIREMENTS = join('scripts', 'runtimes.txt');
const FOLDER = join('build', 'runtimes');
/** A copy of what was installed, written last. */
const INSTALLED = join(FOLDER, 'installed.txt');

const wanted = readFileSync(REQUIREMENTS, 'utf8');
if (existsSync(INSTALLED) && readFileSync(INSTALLED, 'utf8') === wanted) {
  console.error('The runtimes are installed already.');
  process.exit(0);
}
const python = ['python3', 'python'].find((name) => spawnSync(name, ['-m', 'pip', '--version']).status === 0);
if (!python) {
  console.error('The runtimes are Python packages, and Python with pip was not found; install python3-pip.');
  process.exit(1);
}
console.error(
  `Installing ${wanted
    .split('\n')
    .filter((line) => line.includes('=='))
    .map((line) => line.split(' ')[0])
    .join(', ')} ...`,
);
rmSync(FOLDER, { recursive: true, force: true });
const pip = [
  '-m',
  'pip',
  'install',
  '--quiet',
  '--no-deps',
  '--require-hashes',
  '--target',
  FOLDER,
  '--requirement',
  REQUIREMENTS,
];
const { status, stderr } = spawnSync(python, pip, { encoding: 'utf8' });
if (status !== 0) {
  console.error(
    `${stderr}pip could not install the runtimes: check the network, pip's index and the C compiler.`,
  );
  process.exit(1);
}
writeFileSync(INSTALLED, wanted);
