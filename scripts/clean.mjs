// `npm run clean`: removes what `npm run build` and the tests wrote.
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PACKAGE_FOLDERS } from './package-test/pack.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const outputs = [
  'build',
  'coverage',
  'firmware-host/firmware',
  ...PACKAGE_FOLDERS.flatMap((name) => [`${name}/dist`, `${name}/LICENSE`]),
];
for (const path of outputs) rmSync(join(root, path), { recursive: true, force: true });
