// The Node versions that the packages are tested on besides the running one. The package `node` brings the binaries.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The tested release of each supported major version. */
export const NODE_VERSIONS = { 20: '20.20.2', 22: '22.23.3', 24: '24.21.0' };

const FOLDER = fileURLToPath(new URL('../build/node', import.meta.url));

/**
 * Installs a major version of Node into build/node if the running one is another and it is not there yet.
 *
 * @returns the folder of its binary
 */
export function nodeFolder(major) {
  if (process.version.startsWith(`v${major}.`)) return join(process.execPath, '..');
  const version = NODE_VERSIONS[major];
  const home = join(FOLDER, version);
  const bin = join(home, 'node_modules', 'node', 'bin');
  if (existsSync(join(bin, 'node'))) return bin;
  console.error(`Installing Node ${version} ...`);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), '{ "private": true }\n');
  const args = ['install', '--no-audit', '--no-fund', '--no-package-lock', '--silent', `node@${version}`];
  const { status } = spawnSync('npm', args, { cwd: home, stdio: 'inherit' });
  if (status !== 0 || !existsSync(join(bin, 'node')))
    throw new Error(`npm could not install node@${version}: check the network and allow its install script.`);
  return bin;
}

/** Returns an environment in which `node` is a major version of Node. */
export function nodeEnvironment(major, environment = process.env) {
  return { ...environment, PATH: `${nodeFolder(major)}${delimiter}${environment.PATH}` };
}
