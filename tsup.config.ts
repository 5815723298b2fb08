import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { defineConfig } from 'tsup';
import { thirdPartyNotices } from './scripts/third-party-notices.mjs';

/** Of esbuild, which names it: what each bundle is made of. */
const METAFILE = 'dist/metafile-esm.json';
const BUILDS = ['mvp.wasm', 'simd.wasm', 'simd-threads.wasm', 'board.wasm'];

/**
 * One bundle an entry point of package.json; what they share lies in chunks. Dependencies stay imports, but for what
 * draws charts, which is bundled: nobody who runs a network should have to install it. The engine's builds lie beside
 * them as files, where sdk/builds/builds.ts looks for them.
 */
export default defineConfig({
  entry: {
    index: 'sdk/index.ts',
    inline: 'sdk/builds/inline.ts',
    workerd: 'sdk/builds/workerd.ts',
    worker: 'sdk/worker/index.ts',
    'network-worker': 'sdk/worker/network-worker.ts',
    trainer: 'trainer/index.ts',
    host: 'firmware-host/index.ts',
    compile: 'compile/index.ts',
    cli: 'cli/index.ts',
  },
  format: 'esm',
  target: 'node20',
  platform: 'neutral',
  external: [/^node:/, /\.wasm$/],
  dts: {
    entry: {
      index: 'sdk/index.ts',
      inline: 'sdk/builds/inline.ts',
      worker: 'sdk/worker/index.ts',
      trainer: 'trainer/index.ts',
      host: 'firmware-host/index.ts',
      compile: 'compile/index.ts',
      'wasm-file': 'sdk/builds/wasm-file.ts',
    },
  },
  sourcemap: false,
  metafile: true,
  clean: true,
  splitting: true,
  async onSuccess() {
    for (const name of BUILDS) copyFileSync(`sdk/builds/${name}`, `dist/${name}`);
    const notices = thirdPartyNotices(JSON.parse(readFileSync(METAFILE, 'utf8')));
    writeFileSync('dist/THIRD-PARTY-NOTICES.txt', notices);
    rmSync(METAFILE);
  },
});
