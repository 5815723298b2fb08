import { copyFileSync } from 'node:fs';
import { defineConfig } from 'tsup';
import { base } from '../tsup.base.js';

const ENGINES = ['mvp.wasm', 'simd.wasm', 'simd-threads.wasm', 'board.wasm'];
const entry = {
  index: 'index.ts',
  inline: 'builds/inline.ts',
  workerd: 'builds/workerd.ts',
  worker: 'worker/index.ts',
  'network-worker': 'worker/network-worker.ts',
  internal: 'internal.ts',
  'internal-files': 'internal-files.ts',
};
const { workerd: _1, 'network-worker': _2, ...typed } = entry;

/** Copies the engine's builds beside the bundles, where builds/builds.ts expects them. */
export default defineConfig({
  ...base,
  entry,
  dts: { entry: { ...typed, 'wasm-file': 'builds/wasm-file.ts' } },
  async onSuccess() {
    for (const name of ENGINES) copyFileSync(`builds/${name}`, `dist/${name}`);
    await (base.onSuccess as () => Promise<void>)();
  },
});
