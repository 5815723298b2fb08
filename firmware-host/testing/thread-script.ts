import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { temporaryDirectory } from './socat.js';

/** Bundles the script of this package's threads from its sources. */
export function bundledThreadScript(): URL {
  const outfile = join(temporaryDirectory(), 'host-worker.mjs');
  const entry = fileURLToPath(new URL('../host-worker.ts', import.meta.url));
  buildSync({ entryPoints: [entry], outfile, bundle: true, format: 'esm', platform: 'node' });
  return pathToFileURL(outfile);
}
