/** Installs Python packages for tests into a folder of build/, with pip. pip's settings (index, proxy) apply. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * Installs the packages of a list unless the folder has them. pip rejects files whose digests are not in the list.
 *
 * @param {string} requirements the name of the list in scripts/
 * @param {string} folder the name of the folder in build/
 * @returns {string | undefined} why the packages could not be installed
 */
export function installPythonFolder(requirements, folder) {
  const list = join(root, 'scripts', requirements);
  const target = join(root, 'build', folder);
  /** A copy of what was installed, written last. */
  const installed = join(target, 'installed.txt');
  const wanted = readFileSync(list, 'utf8');
  const names = Array.from(wanted.matchAll(/^\S+==\S+/gm), ([name]) => name).join(', ');
  if (existsSync(installed) && readFileSync(installed, 'utf8') === wanted) {
    console.error(`Installed already: ${names}.`);
    return undefined;
  }
  const python = ['python3', 'python'].find(
    (name) => spawnSync(name, ['-m', 'pip', '--version']).status === 0,
  );
  if (!python) return `Python with pip was not found, for ${names}; install python3-pip.`;
  console.error(`Installing ${names} ...`);
  rmSync(target, { recursive: true, force: true });
  const options = ['--quiet', '--no-deps', '--require-hashes', '--target', target, '--requirement', list];
  const { status, stderr } = spawnSync(python, ['-m', 'pip', 'install', ...options], { encoding: 'utf8' });
  if (status !== 0) {
    return `${stderr}pip could not install ${names}: check the network, pip's index and the C compiler.`;
  }
  writeFileSync(installed, wanted);
  return undefined;
}
