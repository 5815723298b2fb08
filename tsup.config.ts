import { copyFileSync } from 'node:fs';
import { defineConfig } from 'tsup';

const BUILDS = ['mvp.wasm', 'simd.wasm', 'simd-threads.wasm', 'board.wasm'];

/**
 * One bundle an entry point of package.json; what they share lies in chunks. Dependencies stay imports. The engine's
 * builds lie beside them as files, where sdk/builds/builds.ts looks for them.
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
  clean: true,
  splitting: true,
  async onSuccess() {
    for (const name of BUILDS) copyFileSync(`sdk/builds/${name}`, `dist/${name}`);
  },
});
