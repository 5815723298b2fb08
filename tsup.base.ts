import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import type { Options } from 'tsup';
import { makeTypesPortable } from './scripts/portable-types.mjs';
import { thirdPartyNotices } from './scripts/third-party-notices.mjs';

// tsup writes the types beside its other work, so that the end of the process is the first moment to rewrite them.
if (isMainThread) process.once('exit', (code) => code === 0 && makeTypesPortable('dist'));

/** Written by esbuild under this name: which modules each bundle consists of. */
const METAFILE = 'dist/metafile-esm.json';

/**
 * Settings that all packages share: ES modules, one bundle per entry point, shared code in chunks. Dependencies stay
 * imports. Whatever is bundled in spite of that is listed in dist/THIRD-PARTY-NOTICES.txt with its license.
 */
export const base: Options = {
  format: 'esm',
  target: 'node20',
  platform: 'neutral',
  // Also what is an optional dependency, which tsup would bundle.
  external: [/^node:/, /\.wasm$/, /^@bd-edge\//, /^@tensorflow\//],
  sourcemap: false,
  metafile: true,
  clean: true,
  splitting: true,
  async onSuccess() {
    const notices = thirdPartyNotices(JSON.parse(readFileSync(METAFILE, 'utf8')));
    if (notices) writeFileSync('dist/THIRD-PARTY-NOTICES.txt', notices);
    rmSync(METAFILE);
  },
};
