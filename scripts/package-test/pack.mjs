import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** The folders of the packages that are published, in the order of their dependencies. */
export const PACKAGE_FOLDERS = ['sdk', 'compile', 'import', 'firmware-host', 'models', 'trainer', 'cli'];

/**
 * Packs all packages as they would be published.
 *
 * @returns of each its name, version, sizes, list of files, and the path of its tarball
 */
export function packAll(root, destination) {
  const workspaces = PACKAGE_FOLDERS.map((folder) => `--workspace=${folder}`);
  const args = ['pack', '--json', '--silent', '--pack-destination', destination, ...workspaces];
  const packed = JSON.parse(
    execFileSync('npm', args, { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' }),
  );
  return packed.map(({ filename, ...others }) => ({ ...others, tarball: join(destination, filename) }));
}
