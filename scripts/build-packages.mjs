// Bundles each package into its dist/, each after the packages that it imports.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const tsup = join(root, 'node_modules', 'tsup', 'dist', 'cli-default.js');

for (const folder of ['sdk', 'compile', 'import', 'firmware-host', 'trainer', 'cli']) {
  const { status } = spawnSync(process.execPath, [tsup, '--silent'], {
    cwd: join(root, folder),
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}
